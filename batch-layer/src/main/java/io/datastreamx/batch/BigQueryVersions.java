package io.datastreamx.batch;

import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.TableState;
import io.datastreamx.lake.Versions;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.Partitioning;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions in BigQuery: tables named after the version first, then the views that name them. A table is made from that
 * of the version in force, and only the days that differ are written; where that cannot be, all of them.
 */
final class BigQueryVersions implements Publication {
    private static final Logger LOG = LoggerFactory.getLogger(BigQueryVersions.class);

    private final Warehouse warehouse;
    private final WarehouseWriter writer;

    BigQueryVersions(Warehouse warehouse, WarehouseWriter writer) {
        this.warehouse = warehouse;
        this.writer = writer;
    }

    @Override
    public void publish(Night night) {
        warehouse.prepare();
        publish(night, Table.BATCH_ROLLUPS, BigQueryTables::rollups);
        publish(night, Table.AD_OPPORTUNITIES, BigQueryTables::opportunities);
    }

    /** Of the version in force the days that are the same, the others from the lake. */
    private void publish(Night night, Table table, Function<String, BigQueryTable> named) {
        long built = night.run()
                .require(StepName.REBUILD, Rebuild.Result.class)
                .tables()
                .get(table);
        TableState state = night.lake().table(table).state(built);
        LocalDate first =
                Partitioning.ByDay.first(LocalDate.ofInstant(night.clock().instant(), ZoneOffset.UTC));
        SortedMap<LocalDate, Long> rows = state.rowsByDay().tailMap(first);
        BigQueryTable target = named.apply(night.sealed().version());
        Optional<Versions.Entry> base = base(night);
        SortedSet<LocalDate> changed = base.map(version -> state.daysUnlike(
                                night.lake().table(table).state(version.tables().get(table)))
                        .tailSet(first))
                .orElseGet(() -> days(rows));
        SortedSet<LocalDate> same = days(rows);
        same.removeAll(changed);
        if (same.isEmpty()
                || !warehouse.copy(
                        target,
                        named.apply(base.orElseThrow().version()),
                        changed,
                        first,
                        same.stream().mapToLong(rows::get).sum())) {
            warehouse.create(target);
            changed = days(rows);
        }
        writer.append(
                BatchTables.read(night.spark().get(), night.lake(), table, built)
                        .where(Days.in(changed)),
                target);
        warehouse.verify(target, rows, changed);
        warehouse.complete(target);
        LOG.info("{}: {} of {} days written", target.name(), changed.size(), rows.size());
    }

    /** What BigQuery has, if it followed; never the version that is being published. */
    private static Optional<Versions.Entry> base(Night night) {
        return night.lake().versions().read().inForce().filter(entry -> !entry.version()
                .equals(night.sealed().version()));
    }

    private static SortedSet<LocalDate> days(SortedMap<LocalDate, Long> rows) {
        return new TreeSet<>(rows.keySet());
    }

    @Override
    public void bringIntoForce(Versions.Entry version, List<Versions.Entry> kept) {
        warehouse.bringIntoForce(
                InForce.of(version.version(), version.cut(), version.grains()),
                kept.stream().map(Versions.Entry::version).toList());
    }

    @Override
    public void forget(List<String> versions, long coveredBatch) {
        warehouse.forget(versions, coveredBatch);
    }
}
