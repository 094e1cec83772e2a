package io.datastreamx.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.ml.training.SampleLog;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** A lake and a dataset of the emulator, to which its nights are published by load jobs. */
final class PublishedNights {
    static final String PROJECT = "test-project";

    private static int datasets;

    private final Map<String, String> properties = new HashMap<>();
    private final SampleLog log;
    private final TestWorld world;
    private final BigQueryClient client;
    private long requests;

    PublishedNights(BigQueryEmulator emulator, Path home) {
        this(emulator, home, new SampleLog(5), 0);
    }

    private PublishedNights(BigQueryEmulator emulator, Path home, SampleLog log, long requests) {
        this.log = log;
        this.requests = requests;
        String dataset = "night" + datasets++;
        emulator.createDataset(PROJECT, dataset);
        properties.put("datastreamx.home", home.toString());
        properties.put("datastreamx.bigquery.project", PROJECT);
        properties.put("datastreamx.bigquery.dataset", dataset);
        properties.put("datastreamx.bigquery.endpoint", emulator.proxy().url());
        properties.put("datastreamx.bigquery.access-token", "dummy");
        properties.put("datastreamx.bigquery.write", "load-job");
        world = new TestWorld(home, properties);
        client = new BigQueryClient(world.settings.bigquery());
    }

    /** Goes on with a copy of this lake, in a dataset of its own. */
    PublishedNights in(BigQueryEmulator emulator, Path copy) {
        return new PublishedNights(emulator, copy, log, requests);
    }

    TestWorld world() {
        return world;
    }

    BigQueryClient client() {
        return client;
    }

    Map<String, String> properties() {
        return properties;
    }

    /** Requests in the raw log. */
    long requests() {
        return requests;
    }

    /** Requests, a tenth of a second from one to the next, and what follows them. */
    void ingest(long batch, int count, Instant start) {
        List<Row> rows = log.batch(batch, count, start);
        int type = Table.EVENTS.columnNames().indexOf("event_type");
        requests +=
                rows.stream().filter(row -> row.get(type).equals("ad_request")).count();
        world.ingest(batch, rows);
    }

    void run(String run, List<StepName> steps) {
        steps.forEach(step -> run(world.night(run), step));
    }

    static void run(Night night, StepName step) {
        StepReport report = new NightRunner().run(night, step);
        assertFalse(report.failed(), report.toString());
    }

    void publish(String run) {
        world.night(run).publication().publish(world.night(run));
    }

    String view(String name) {
        BigQuerySettings settings = world.settings.bigquery();
        return "`" + settings.project() + "." + settings.dataset() + "." + name + "`";
    }

    Object value(String column, String from, String where) {
        return client.query("SELECT " + column + " AS v FROM " + view(from) + " WHERE day >= '2026-11-01' " + where)
                .get(0)
                .get("v");
    }

    private String inForce() {
        return (String)
                client.query("SELECT version FROM " + view("position")).get(0).get("version");
    }

    void assertInForce(String run, long cut) {
        assertEquals(Sealed.versionOf(cut, run), inForce());
    }

    void assertKnownAnswers(long expected) {
        for (String rollup : List.of(
                "aggregator_channel", "aggregator_region_device_model", "aggregator_ad", "previous_channel_channel")) {
            assertEquals(
                    expected,
                    value("SUM(requests)", "rollups", "AND `rollup` = '" + rollup + "' AND side = 'batch'"),
                    rollup);
            assertEquals(expected, value("SUM(requests)", rollup + "_by_day", ""), rollup);
        }
        String opportunities = BigQueryTables.opportunities(inForce()).name();
        assertEquals(expected, value("COUNT(DISTINCT request_id)", opportunities, ""));
    }
}
