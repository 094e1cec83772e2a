package io.datastreamx.contract.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.hll_sketch_agg;
import static org.apache.spark.sql.functions.hll_union_agg;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import io.datastreamx.contract.testing.Generated;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Partial aggregates of any split of the log merge, in any order, to the aggregate of the whole. */
class RollupAggregationLawsTest {
    private static SparkSession spark;

    @BeforeContainer
    static void start() {
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.log.level", "WARN")
                .config("spark.sql.shuffle.partitions", "1")
                // A few rows each time: planning anew for them would be most of the work.
                .config("spark.sql.adaptive.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
    }

    @AfterContainer
    static void stop() {
        spark.stop();
    }

    @Provide
    Arbitrary<List<Map<String, Object>>> events() {
        return Generated.events(60);
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void partsMergeToTheWhole(@ForAll("events") List<Map<String, Object>> events, @ForAll Random random) {
        Map<List<Object>, List<Object>> whole = rows(RollupAggregation.aggregate(dataset(events)));
        List<Dataset<Row>> parts = Generated.split(events, 3, random).stream()
                .map(part -> computed(RollupAggregation.aggregate(dataset(part))))
                .toList();
        Dataset<Row> leftFirst = merge(merge(parts.get(0), parts.get(1)), parts.get(2));
        Dataset<Row> rightFirst = merge(merge(parts.get(2), parts.get(1)), parts.get(0));
        assertThat(rows(leftFirst)).isEqualTo(whole);
        assertThat(rows(rightFirst)).isEqualTo(whole);
        Dataset<Row> zero = RollupAggregation.aggregate(dataset(List.of()));
        assertThat(rows(merge(parts.get(0), zero))).isEqualTo(rows(parts.get(0)));
    }

    /**
     * The measures' SQL, against sums made in Java over the same events; every response is in one bucket of latency.
     */
    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void eachRollupCountsEveryEventWithContextOnce(@ForAll("events") List<Map<String, Object>> events) {
        Map<String, List<Long>> counted = new HashMap<>();
        RollupAggregation.aggregate(dataset(events))
                .groupBy(Rollup.COLUMN)
                .agg(
                        sum(Measure.RESPONSES.column()),
                        sum(Measure.FILLS.column()),
                        sum(Measure.COMPLETED_PRICE_MICROS.column()),
                        sum(Measure.TUNED_S.column()),
                        sum(LatencyHistogram.buckets().stream()
                                .map(bucket -> col(bucket.column()))
                                .reduce(Column::plus)
                                .orElseThrow()))
                .collectAsList()
                .forEach(row -> counted.put(
                        row.getString(0),
                        List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5))));
        List<Long> expected = List.of(
                total(events, "1", "response"),
                total(
                        events.stream()
                                .filter(event -> event.get("outcome").equals("fill"))
                                .toList(),
                        "1",
                        "response"),
                total(events, FillPrice.COUNTED, "complete"),
                total(events, "duration_s", "tune_out", "heartbeat"),
                total(events, "1", "response"));
        boolean any = events.stream().anyMatch(event -> !event.get("event_type").equals("ad_delivery"));
        for (Rollup rollup : Rollup.values()) {
            assertThat(counted.get(rollup.id())).isEqualTo(any ? expected : null);
        }
    }

    /** Ingest and nights add in Java what validation adds in SQL: every sum of every rollup, and the sketch. */
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void additionInJavaIsThatInSql(@ForAll("events") List<Map<String, Object>> events) {
        Map<List<Object>, List<Object>> inSql = rows(inSql(dataset(events), Grain.MINUTE));
        assertThat(rows(RollupAggregation.aggregate(dataset(events)))).isEqualTo(inSql);
        Map<List<Object>, MeasureSums> sums = new HashMap<>();
        Map<List<Object>, List<String>> devices = new HashMap<>();
        for (Map<String, Object> event : events) {
            if (event.get("event_type").equals("ad_delivery")) {
                continue;
            }
            for (Rollup rollup : Rollup.values()) {
                List<Object> key = new ArrayList<>(List.of(
                        rollup.id(),
                        Timestamp.from(((Instant) event.get(Rollup.COUNTED_TIME)).truncatedTo(ChronoUnit.MINUTES))));
                Rollup.DIMENSIONS.forEach(
                        dimension -> key.add(rollup.dimensions().contains(dimension) ? event.get(dimension) : null));
                sums.computeIfAbsent(key, any -> new MeasureSums()).add(Generated.counted(event));
                devices.computeIfAbsent(key, any -> new ArrayList<>()).add((String) event.get("device"));
            }
        }
        Map<List<Object>, List<Object>> inJava = new HashMap<>();
        sums.forEach((key, sum) -> {
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < MeasureSums.columns().size(); i++) {
                values.add(sum.get(i));
            }
            DeviceSketch sketch = new DeviceSketch();
            DeviceSketch.Builder builder = new DeviceSketch.Builder();
            devices.get(key).forEach(builder::add);
            sketch.add(builder.toBytes());
            values.add(sketch.estimate());
            inJava.put(key, values);
        });
        assertThat(inJava).isEqualTo(inSql);
    }

    /** Hours are what the events of an hour add up to, and days what those of a day do. */
    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void coarserRowsAreThoseOfTheEventsOfTheirInterval(@ForAll("events") List<Map<String, Object>> events) {
        Dataset<Row> minutes = computed(RollupAggregation.aggregate(dataset(events)));
        Dataset<Row> hours = computed(RollupCoarsening.to(Grain.HOUR, minutes));
        assertThat(rows(hours)).isEqualTo(rows(inSql(dataset(events), Grain.HOUR)));
        assertThat(rows(RollupCoarsening.to(Grain.DAY, hours))).isEqualTo(rows(inSql(dataset(events), Grain.DAY)));
        List<Row> shuffled = new ArrayList<>(minutes.collectAsList());
        Collections.shuffle(shuffled, new Random(events.size()));
        assertThat(RollupCoarsening.to(Grain.HOUR, spark.createDataFrame(shuffled, minutes.schema()))
                        .toJSON()
                        .collectAsList())
                .as("every byte, whatever the order of the rows")
                .containsExactlyInAnyOrderElementsOf(hours.toJSON().collectAsList());
    }

    @Example
    void theColumnsAreThoseOfTheTable() {
        assertThat(RollupAggregation.aggregate(dataset(List.of())).columns())
                .containsExactlyInAnyOrderElementsOf(Table.BATCH_ROLLUPS.columnNames());
    }

    /** The rollups by their definition: each event once for every rollup, with that rollup's dimensions alone. */
    private static Dataset<Row> inSql(Dataset<Row> events, Grain grain) {
        List<Column> input = new ArrayList<>();
        input.add(explode(array(Arrays.stream(Rollup.values())
                        .map(RollupAggregationLawsTest::keyOf)
                        .toArray(Column[]::new)))
                .as("key"));
        input.add(date_trunc(grain.id(), col(Rollup.COUNTED_TIME)).as(Rollup.MINUTE));
        input.add(col("device"));
        input.addAll(RollupAggregation.contributionColumns());
        List<Column> keys = new ArrayList<>(List.of(col("key." + Rollup.COLUMN), col(Rollup.MINUTE)));
        Rollup.DIMENSIONS.forEach(dimension -> keys.add(col("key." + dimension)));
        List<Column> sums = sums();
        sums.add(hll_sketch_agg(col("device"), DeviceSketch.LG_K).as(DeviceSketch.COLUMN));
        return events.where(not(expr(Rollup.EXCLUDED_EVENTS)))
                .select(input.toArray(Column[]::new))
                .groupBy(keys.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    private static List<Column> sums() {
        return new ArrayList<>(MeasureSums.columns().stream()
                .map(name -> sum(col(name)).as(name))
                .toList());
    }

    private static Column keyOf(Rollup rollup) {
        List<Column> fields = new ArrayList<>(List.of(lit(rollup.id()).as(Rollup.COLUMN)));
        for (String dimension : Rollup.DIMENSIONS) {
            Column value = rollup.dimensions().contains(dimension)
                    ? col(dimension)
                    : lit(null).cast("string");
            fields.add(value.as(dimension));
        }
        return struct(fields.toArray(Column[]::new));
    }

    private static long total(List<Map<String, Object>> events, String field, String... types) {
        return events.stream()
                .filter(event -> List.of(types).contains(event.get("event_type")))
                .mapToLong(event -> field.equals("1") ? 1 : (Long) event.get(field))
                .sum();
    }

    private static Dataset<Row> merge(Dataset<Row> one, Dataset<Row> other) {
        List<Column> sums = sums();
        sums.add(hll_union_agg(col(DeviceSketch.COLUMN)).as(DeviceSketch.COLUMN));
        return one.unionByName(other)
                .groupBy(keys().map(name -> col(name)).toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    /** The rows themselves, so that they are not computed again by each query over them. */
    private static Dataset<Row> computed(Dataset<Row> rows) {
        return spark.createDataFrame(rows.collectAsList(), rows.schema());
    }

    private static Stream<String> keys() {
        return Stream.concat(Stream.of(Rollup.COLUMN, Rollup.MINUTE), Rollup.DIMENSIONS.stream());
    }

    /** Sums and the estimate of each row, by its key. */
    private static Map<List<Object>, List<Object>> rows(Dataset<Row> aggregates) {
        Map<List<Object>, List<Object>> rows = new HashMap<>();
        for (Row row : aggregates.collectAsList()) {
            List<Object> key = Arrays.asList(keys().map(row::getAs).toArray());
            List<Object> values = new ArrayList<>();
            Table.BATCH_ROLLUPS.columns().stream()
                    .filter(column -> column.type() == ColumnType.Primitive.LONG)
                    .forEach(column -> values.add(row.getAs(column.name())));
            DeviceSketch devices = new DeviceSketch();
            devices.add(row.getAs(DeviceSketch.COLUMN));
            values.add(devices.estimate());
            assertThat(rows.put(key, values)).as("a second row of " + key).isNull();
        }
        return rows;
    }

    private static Dataset<Row> dataset(List<Map<String, Object>> events) {
        StructType schema = new StructType();
        List<String> names = List.of(
                "event_type",
                Rollup.IMPLAUSIBLE_CLOCK,
                Rollup.COUNTED_TIME,
                "device",
                "status",
                "outcome",
                FillPrice.SOURCE,
                "latency_ms",
                FillPrice.COUNTED,
                "duration_s");
        StructType all = SparkSchemas.of(Table.EVENTS);
        List<String> columns =
                Stream.concat(names.stream(), Rollup.DIMENSIONS.stream()).toList();
        for (String name : columns) {
            schema = schema.add(all.apply(name));
        }
        return spark.createDataFrame(
                events.stream()
                        .map(event -> RowFactory.create(columns.stream()
                                .map(event::get)
                                .map(value -> value instanceof Instant time ? Timestamp.from(time) : value)
                                .toArray()))
                        .toList(),
                schema);
    }
}
