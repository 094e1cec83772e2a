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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * Makes the version's tables, empty whatever an earlier attempt left there, and where they are missing the tables
     * that all versions share.
     *
     * @throws WarehouseException where the dataset is missing, elsewhere, or not ours to write; nothing has been made
     *     then
     */
    public void begin(String version) {
        prepare();
        for (BigQueryTable table : BigQueryTables.ofVersion(version)) {
            client.query(table.drop(dataset));
            client.query(table.createIfAbsent(dataset));
            protect(table);
        }
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

    /**
     * A policy for one aggregator stands on tables of rollups only: single requests also tell what others answered. The
     * ledger has none, since live rows count by it whoever looks.
     */
    private void protect(BigQueryTable table) {
        for (RowPolicy policy : settings.rowPolicies()) {
            if (policy.aggregator().isEmpty()) {
                client.query(Access.seesEverything(dataset, table, policy.name(), policy.members()));
            } else if (table.columnNames().contains(Rollup.COLUMN)) {
                client.query(Access.seesAggregator(
                        dataset,
                        table,
                        policy.name(),
                        policy.members(),
                        policy.aggregator().get()));
            }
        }
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
        Map<String, Object> row = client.query("SELECT version, cut FROM " + dataset.quoted(MergedViews.POSITION))
                .get(0);
        return Optional.of(new InForce(Optional.ofNullable((String) row.get("version")), (Long) row.get("cut")));
    }

    private String ledger() {
        return dataset.quoted(BigQueryTables.ledger().name());
    }

    /**
     * Compares a table with what was to be written to it.
     *
     * @throws WarehouseException where it differs, as when a write of a killed attempt arrived late
     */
    public void verify(BigQueryTable table, long rows) {
        long found = (Long)
                client.query("SELECT COUNT(*) AS n FROM " + dataset.quoted(table.name()) + " WHERE day >= '0001-01-01'")
                        .get(0)
                        .get("n");
        if (found != rows) {
            throw new WarehouseException(
                    0,
                    table.name() + " has " + found + " rows and should have " + rows
                            + "; no view names it, the version before stays in force. Run the step publish again, which writes it anew");
        }
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
