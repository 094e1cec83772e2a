package io.datastreamx.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_date;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.night.RunId;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.policy.PolicyTopic;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.ml.training.SampleLog;
import io.datastreamx.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A lake in a folder, a real broker and one shared Spark session, started as the night starts it. */
final class TestWorld {
    static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");
    static final BrokerProcess BROKER = broker();

    private static SparkSession session;

    final Settings settings;
    final Lake lake;

    TestWorld(Path home) {
        this(home, BROKER.bootstrapServers(), 300);
    }

    TestWorld(Path home, String bootstrapServers, long minResponses) {
        this(home, bootstrapServers, minResponses, Map.of());
    }

    /** Without learning. @param more settings beyond those of every test */
    static TestWorld ofNights(Path home, Map<String, String> more) {
        return new TestWorld(home, "127.0.0.1:9", 1_000_000, more);
    }

    /** @param more settings beyond those of every test */
    TestWorld(Path home, Map<String, String> more) {
        this(home, BROKER.bootstrapServers(), 300, more);
    }

    private TestWorld(Path home, String bootstrapServers, long minResponses, Map<String, String> more) {
        Map<String, Object> given = new HashMap<>(Map.of(
                "datastreamx.home",
                home.toString(),
                "datastreamx.kafka.bootstrap-servers",
                bootstrapServers,
                "datastreamx.batch.keep-versions",
                2,
                "datastreamx.ml.min-responses",
                minResponses));
        given.putAll(more);
        this.settings = Settings.load(given);
        this.lake = new Lake(settings.lakeUri());
    }

    Night night(String runId) {
        return night(runId, OptionalLong.empty());
    }

    Night night(String runId, OptionalLong until) {
        return night(runId, until, Fence.NONE);
    }

    Night night(String runId, OptionalLong until, Fence fence) {
        return night(runId, until, false, fence);
    }

    /** A night that builds all days anew. */
    Night fullNight(String runId) {
        return night(runId, OptionalLong.empty(), true, Fence.NONE);
    }

    private Night night(String runId, OptionalLong until, boolean full, Fence fence) {
        Run run = new Run(lake, RunId.of(runId));
        return Night.of(settings, lake, run, until, full, Clock.fixed(NOW, ZoneOffset.UTC), this::spark, fence);
    }

    SparkSession spark() {
        synchronized (TestWorld.class) {
            if (session == null) {
                // Not in the home of one test: the session outlives it.
                session = BatchSession.start(Settings.load());
            }
            return session;
        }
    }

    /** What ingest does with a batch: rows into the raw log, live rows, the ledger row last. */
    void ingest(long batch, List<Row> rows) {
        ingest(batch, rows, NOW);
    }

    /** @param appended when, by the ledger, the broker got the rows */
    void ingest(long batch, List<Row> rows, Instant appended) {
        lake.table(Table.EVENTS).createIfAbsent();
        spark().createDataFrame(rows, SparkSchemas.of(Table.EVENTS))
                .withColumn(Table.DAY, to_date(col(Rollup.COUNTED_TIME)))
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(lake.uri(Table.EVENTS));
        lake.table(Table.LIVE).append("test", batch, List.of(liveRow(batch)));
        int duplicate = Table.EVENTS.columnNames().indexOf("duplicate");
        long duplicates = rows.stream().filter(row -> row.getBoolean(duplicate)).count();
        TreeMap<String, OffsetRange> offsets = offsets(rows);
        // Of the rows that a test took out again only the offsets are left.
        long absent = offsets.values().stream().mapToLong(OffsetRange::size).sum() - rows.size();
        new Ledger(lake)
                .append(new LedgerEntry(
                        batch,
                        "test",
                        rows.size() - duplicates,
                        duplicates,
                        0,
                        0,
                        absent,
                        List.of(),
                        offsets,
                        Optional.of(appended),
                        Optional.of(appended),
                        appended));
    }

    void bootstrapPolicy() {
        PolicyTopic topic = new PolicyTopic(lake, KafkaClients.of(settings.kafka(), "test"));
        List<AggregatorTerms> terms = SampleLog.AGGREGATORS.stream()
                .map(id -> new AggregatorTerms(
                        id, "http://127.0.0.1:9/bid", true, 1, 2_000_000, 20_000_000, 0, 200, "USD"))
                .toList();
        PolicyDocument bootstrap =
                new PolicyDocument("bootstrap", false, new Exploration(0, 0), 0.02, terms, Map.of(), null);
        topic.install(bootstrap, NOW);
    }

    private static TreeMap<String, OffsetRange> offsets(List<Row> rows) {
        int topic = Table.EVENTS.columnNames().indexOf("topic");
        int offset = Table.EVENTS.columnNames().indexOf("offset");
        TreeMap<String, OffsetRange> ranges = new TreeMap<>();
        rows.forEach(row -> ranges.merge(
                row.getString(topic) + "-0",
                new OffsetRange(row.getLong(offset), row.getLong(offset) + 1),
                (a, b) -> new OffsetRange(Math.min(a.start(), b.start()), Math.max(a.end(), b.end()))));
        return ranges;
    }

    private static Map<String, Object> liveRow(long batch) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (Column column : Table.LIVE.columns()) {
            row.put(
                    column.name(),
                    column.nullable()
                            ? null
                            : column.type() == ColumnType.Primitive.LONG ? (Object) 0L : "aggregator_channel");
        }
        row.put("ingest_batch", batch);
        row.put("minute", NOW);
        row.put(Measure.REQUESTS.column(), 1L);
        return new HashMap<>(row);
    }

    private static BrokerProcess broker() {
        BrokerProcess broker = BrokerProcess.start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        broker.createEventTopics(1);
        return broker;
    }
}
