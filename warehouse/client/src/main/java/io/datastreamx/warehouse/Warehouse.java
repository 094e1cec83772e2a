package io.datastreamx.warehouse;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.RowPolicy;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.warehouse.views.Access;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.BigQueryView;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import io.datastreamx.warehouse.views.ReportViews;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables and views in BigQuery. A version's rows go into tables named after it, which no view names until the flip;
 * flip and rollback rewrite views. Every call may be repeated after a failure.
 */
public final class Warehouse {
    private static final Logger LOG = LoggerFactory.getLogger(Warehouse.class);

    private final BigQuerySettings settings;
    private final BigQueryClient client;
    private final Dataset dataset;

    public Warehouse(BigQuerySettings settings, BigQueryClient client) {
        this.settings = settings;
        this.client = client;
        this.dataset = new Dataset(settings.project(), settings.dataset());
    }

    public Dataset dataset() {
        return dataset;
    }

    /**
     * Makes the tables that all versions share, where they are missing.
     *
     * @throws WarehouseException where the dataset is missing, elsewhere, or not ours to write; nothing has been made
     *     then
     */
    public void prepare() {
        String location = client.locationOfDataset();
        if (!location.isEmpty() && !location.equalsIgnoreCase(settings.location())) {
            throw new WarehouseException(
                    0,
                    "dataset " + settings.project() + "." + settings.dataset() + " is in " + location
                            + ", but datastreamx.bigquery.location says " + settings.location()
                            + "; a dataset cannot be moved, so correct the setting, and keep the temporary bucket in the same location. Nothing was written");
        }
        BigQueryTables.shared().stream()
                .filter(table -> !client.exists(table.name()))
                .forEach(table -> client.query(table.createIfAbsent(dataset)));
        List.of(BigQueryTables.live(), BigQueryTables.events()).forEach(this::protect);
    }

    /** Makes a version's table, empty whatever an earlier attempt left there. */
    public void create(BigQueryTable table) {
        client.query(table.drop(dataset));
        client.query(table.createIfAbsent(dataset));
        protect(table);
    }

    /**
     * Makes a version's table from that of another version, whatever an earlier attempt left there, and takes out what
     * is to be written anew. No row is read or copied, and nothing is billed.
     *
     * @param changed days on which the two are to differ
     * @param first days before it are left out
     * @param unchanged how many rows the other days are to have
     * @return false where the base cannot serve: it is gone, was never finished, was made by another DDL or under other
     *     row policies, or has not these rows; the table is to be {@linkplain #create created} then
     */
    public boolean copy(
            BigQueryTable table, BigQueryTable base, SortedSet<LocalDate> changed, LocalDate first, long unchanged) {
        if (!isComplete(base)) {
            return false;
        }
        client.query(table.drop(dataset));
        client.query(table.cloneIfAbsent(dataset, base));
        protect(table);
        client.query(table.deleteBefore(dataset, first));
        if (!changed.isEmpty()) {
            client.query(table.deleteDays(dataset, changed));
        }
        long rows = rows(table);
        if (rows != unchanged) {
            LOG.warn(
                    "{} has {} rows on the days that are not to change and should have {}; it is written as a whole",
                    base.name(),
                    rows,
                    unchanged);
        }
        return rows == unchanged;
    }

    private boolean isComplete(BigQueryTable table) {
        return client.table(table.name())
                .filter(found -> mark(table).equals(found.labels().get(BigQueryTable.COMPLETE)))
                .isPresent();
    }

    private long rows(BigQueryTable table) {
        return client.table(table.name()).map(BigQueryClient.TableInfo::rows).orElse(0L);
    }

    /** Says that the table has all its rows, so that other versions can be made from it. */
    public void complete(BigQueryTable table) {
        client.query(table.complete(dataset, mark(table)));
    }

    /** Differs where a table of this name would be made in another way. */
    private String mark(BigQueryTable table) {
        CRC32 checksum = new CRC32();
        checksum.update((table.name() + table.layout() + policies(table)).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }

    /**
     * A policy for one aggregator stands on tables of rollups only: single requests also tell what others answered. The
     * ledger has none, since live rows count by it whoever looks.
     */
    private List<String> policies(BigQueryTable table) {
        List<String> policies = new ArrayList<>();
        for (RowPolicy policy : settings.rowPolicies()) {
            if (policy.aggregator().isEmpty()) {
                policies.add(Access.seesEverything(dataset, table, policy.name(), policy.members()));
            } else if (table.columnNames().contains(Rollup.COLUMN)) {
                policies.add(Access.seesAggregator(
                        dataset,
                        table,
                        policy.name(),
                        policy.members(),
                        policy.aggregator().get()));
            }
        }
        return policies;
    }

    private void protect(BigQueryTable table) {
        policies(table).forEach(client::query);
    }

    /** Last ingest batch in the ledger; -1 while there is none. */
    public long lastLiveBatch() {
        Long last =
                (Long) client.query("SELECT MAX(ingest_batch) AS last FROM " + ledger() + " WHERE ingest_batch >= 0")
                        .get(0)
                        .get("last");
        return last == null ? -1 : last;
    }

    /** What the merged views show; empty while there are none. */
    public Optional<InForce> inForce() {
        if (!client.exists(MergedViews.POSITION)) {
            return Optional.empty();
        }
        return Optional.of(InForce.ofPosition(client.query("SELECT * FROM " + dataset.quoted(MergedViews.POSITION))
                .get(0)));
    }

    private String ledger() {
        return dataset.quoted(BigQueryTables.ledger().name());
    }

    /**
     * Compares a table with what was to be written to it: the days written are counted, and that nothing came to the
     * others is seen without reading them.
     *
     * @param rows how many the table is to have by day
     * @param written days, also such that are to have none
     * @throws WarehouseException where it differs, as when a write of a killed attempt arrived late
     */
    public void verify(BigQueryTable table, Map<LocalDate, Long> rows, SortedSet<LocalDate> written) {
        long found = written.isEmpty()
                ? 0
                : (Long) client.query(table.countDays(dataset, written)).get(0).get("n");
        long wanted =
                written.stream().mapToLong(day -> rows.getOrDefault(day, 0L)).sum();
        if (found != wanted) {
            throw differs(table, found + " rows on the days written", wanted);
        }
        long all = rows.values().stream().mapToLong(Long::longValue).sum();
        if (rows(table) > all) {
            throw differs(table, rows(table) + " rows", all);
        }
    }

    private static WarehouseException differs(BigQueryTable table, String found, long wanted) {
        return new WarehouseException(
                0,
                table.name() + " has " + found + " and should have " + wanted
                        + "; no view names it, the version before stays in force. Run the step publish again, which writes it anew");
    }

    /**
     * Rewrites the views, those that dashboards read last. Each view is exact for the version and cut that it names,
     * before and after.
     *
     * @param kept versions to which a rollback can return; their tables and the shared ones are kept from expiring
     */
    public void bringIntoForce(InForce inForce, List<String> kept) {
        inForce.version().ifPresent(version -> BigQueryTables.ofVersion(version).forEach(this::require));
        requireLiveAfter(inForce.cut());
        BigQueryTables.shared().forEach(this::keep);
        kept.forEach(version -> BigQueryTables.ofVersion(version).forEach(this::keep));
        new MergedViews(dataset, inForce).all().forEach(this::rewrite);
        ReportViews.all(dataset).forEach(this::rewrite);
        LOG.info(
                "views of {} show version {} up to batch {}",
                settings.dataset(),
                inForce.version().orElse("none"),
                inForce.cut());
    }

    private void require(BigQueryTable table) {
        if (!client.exists(table.name())) {
            throw new WarehouseException(
                    404,
                    table.name() + " is not in " + settings.project() + "." + settings.dataset()
                            + ": it was never published there or has been removed. The lake's own tables are in force as asked; only BigQuery's views stay as they are. Run a night, which publishes anew");
        }
    }

    public boolean has(BigQueryTable table) {
        return client.exists(table.name());
    }

    private void requireLiveAfter(long cut) {
        Object missing = client.query("SELECT MAX(ingest_batch) AS missing FROM " + ledger() + " WHERE ingest_batch > "
                        + cut + " AND write_id IS NULL")
                .get(0)
                .get("missing");
        if (missing != null) {
            throw new WarehouseException(
                    404,
                    "live rows of the batches after " + cut + " are not in " + settings.project() + "."
                            + settings.dataset() + ": they came before BigQuery was turned on, which has them from "
                            + missing
                            + " on. The lake's own tables are in force as asked; only BigQuery's views stay as they are. Run a night without --until");
        }
    }

    private void keep(BigQueryTable table) {
        client.query(table.keep(dataset, BigQueryTables.KEPT_DAYS));
    }

    private void rewrite(BigQueryView view) {
        client.query(view.createOrReplace(dataset));
    }

    /**
     * Drops tables of versions that can no longer come into force, and of live rows and events what all kept versions
     * cover. The ledger stays whole.
     */
    public void forget(List<String> versions, long coveredBatch) {
        versions.forEach(
                version -> BigQueryTables.ofVersion(version).forEach(table -> client.query(table.drop(dataset))));
        List.of(BigQueryTables.live(), BigQueryTables.events())
                .forEach(table -> client.query(table.forget(dataset, coveredBatch)));
    }

    /** @see BigQueryClient#load */
    public void load(BigQueryTable table, String jobId, byte[] newlineJson) {
        client.load(table.name(), jobId, newlineJson);
    }

    public List<Map<String, Object>> query(String sql) {
        return client.query(sql);
    }
}
