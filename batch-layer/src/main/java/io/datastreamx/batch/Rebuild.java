package io.datastreamx.batch;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.TableState;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds those days from the raw log that got events since the version before, and replaces them in the batch tables;
 * of the others it makes the rollups coarser whose minutes or hours are no longer kept. Nobody reads the new Delta
 * versions before they are published; what an attempt left behind that was never flipped is replaced as well.
 */
final class Rebuild implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    /**
     * @param tables the Delta versions that make up the new version
     * @param rebuilt days that were built from the raw log, ISO-8601
     * @param restored days that a night had changed which is not in force; they are as in the version before again
     * @param coarsened days whose rollups were made coarser from those of the version before
     * @param grains by which the new version keeps rollups
     */
    record Result(
            Map<Table, Long> tables,
            List<String> rebuilt,
            List<String> restored,
            List<String> coarsened,
            Grains grains) {
        SortedSet<LocalDate> rebuiltDays() {
            return days(rebuilt);
        }

        SortedSet<LocalDate> coarsenedDays() {
            return days(coarsened);
        }

        private static SortedSet<LocalDate> days(List<String> texts) {
            SortedSet<LocalDate> days = new TreeSet<>();
            texts.forEach(text -> days.add(LocalDate.parse(text)));
            return days;
        }
    }

    @Override
    public Outcome run(Night night) {
        Lake lake = night.lake();
        lake.batchState();
        Optional<Sealed.Base> base = night.sealed().baseIfAny();
        SortedSet<LocalDate> rebuilt = newDays(lake, night.sealed());
        SortedSet<LocalDate> changed =
                base.map(before -> changedSince(lake, before)).orElseGet(() -> notInForce(lake));
        BuiltDays built = new BuiltDays(night, rebuilt);
        changed.removeAll(rebuilt);
        Kept kept = Kept.of(night, rebuilt);
        LOG.info("rebuilding {}, restoring {}, making rollups coarser of {}", rebuilt, changed, kept.coarsened());
        built.build(kept);
        Map<Table, Long> made = new EnumMap<>(Table.class);
        for (Table table : Table.ofBatch()) {
            night.fence().check();
            SortedSet<LocalDate> written = new TreeSet<>(rebuilt);
            if (table == Table.BATCH_ROLLUPS) {
                written.addAll(kept.coarsened());
            }
            SortedSet<LocalDate> restored = new TreeSet<>(changed);
            restored.removeAll(written);
            OptionalLong before = base.stream()
                    .mapToLong(version -> version.tables().get(table))
                    .findFirst();
            made.put(
                    table,
                    lake.table(table)
                            .replaceDays(new DeltaTable.DayChange(written, built.files(table), restored, before)));
        }
        return Outcome.done(
                new Result(made, texts(rebuilt), texts(changed), texts(kept.coarsened()), kept.among(lake, made)));
    }

    /** Days that may have got events since the version before; all that the raw log has, where there is none. */
    private static SortedSet<LocalDate> newDays(Lake lake, Sealed sealed) {
        TableState log = lake.table(Table.EVENTS).state();
        return sealed.full() || sealed.baseIfAny().isEmpty()
                ? log.days()
                : log.daysAbove("ingest_batch", sealed.baseIfAny().get().cut());
    }

    /** Days of which a night that is not in force has left something else behind. */
    private static SortedSet<LocalDate> changedSince(Lake lake, Sealed.Base base) {
        SortedSet<LocalDate> changed = new TreeSet<>();
        base.tables()
                .forEach((table, version) -> changed.addAll(
                        lake.table(table).state().daysUnlike(lake.table(table).state(version))));
        return changed;
    }

    private static SortedSet<LocalDate> notInForce(Lake lake) {
        SortedSet<LocalDate> days = new TreeSet<>();
        Table.ofBatch().forEach(table -> days.addAll(lake.table(table).state().days()));
        return days;
    }

    private static List<String> texts(SortedSet<LocalDate> days) {
        return days.stream().map(LocalDate::toString).toList();
    }
}
