package io.datastreamx.ml.training;

import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.table.Table;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A made-up raw log whose truth is known: aggregators fill, pay and hold viewers differently by channel and device, and
 * the decisions were taken uniformly. Used by the tests of training and of the batch layer.
 */
public final class SampleLog {
    public static final List<String> AGGREGATORS = List.of("acme", "blue", "core", "dune");
    /** Answers come sooner, or they are given up. */
    private static final int TIMEOUT_MS = 150;

    static final List<String> CHANNELS = List.of("news", "sport", "kids");
    static final List<String> REGIONS = List.of("north", "south");
    static final List<String> DEVICES = List.of("box-1", "box-2");

    private final Random random;
    private final Map<String, Long> offsets = new HashMap<>();
    private long requests;

    public SampleLog(long seed) {
        this.random = new Random(seed);
    }

    /** P(fill): half of the aggregators are strong on each channel. */
    static double fillRate(String aggregator, String channel) {
        int a = AGGREGATORS.indexOf(aggregator);
        int c = CHANNELS.indexOf(channel);
        return (a + c) % 2 == 0 ? 0.85 - 0.1 * a : 0.25 + 0.05 * a;
    }

    static double completionRate(String aggregator, String device) {
        return (device.equals("box-1") ? 0.85 : 0.55) - 0.05 * AGGREGATORS.indexOf(aggregator);
    }

    static long priceMicros(String aggregator) {
        return 2_000_000 + 1_000_000L * AGGREGATORS.indexOf(aggregator);
    }

    /**
     * All events of so many requests, one request a tenth of a second, plus as many tuning events and the deliveries.
     */
    public List<Row> batch(long batch, int count, Instant start) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            request(rows, batch, start.plusMillis(100L * i));
        }
        return rows;
    }

    /** The record once more, at a later position, as ingest accepts it when it has forgotten the first. */
    public Row again(Row row, long batch) {
        return again(row, batch, Duration.ofHours(2), Duration.ZERO);
    }

    /**
     * The record once more, read by a batch.
     *
     * @param appended how much later than the first it was appended; negative: before it, and read late
     * @param counted how much later than the first it counts
     */
    public Row again(Row row, long batch, Duration appended, Duration counted) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        List<String> names = Table.EVENTS.columnNames();
        values[names.indexOf("ingest_batch")] = batch;
        values[names.indexOf("offset")] = nextOffset(row.getString(names.indexOf("topic")));
        shift(values, names.indexOf("append_time"), appended);
        shift(values, names.indexOf("counted_time"), counted);
        return RowFactory.create(values);
    }

    private static void shift(Object[] values, int column, Duration later) {
        values[column] = Timestamp.from(((Timestamp) values[column]).toInstant().plus(later));
    }

    /** The record as ingest flags it when it remembers the first. */
    public Row flagged(Row row, long batch) {
        Row again = again(row, batch);
        Object[] values = new Object[again.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = again.get(i);
        }
        values[Table.EVENTS.columnNames().indexOf("duplicate")] = true;
        return RowFactory.create(values);
    }

    private void request(List<Row> rows, long batch, Instant time) {
        String request = "r" + requests++;
        Map<String, Object> context = new HashMap<>();
        context.put("channel_id", pick(CHANNELS));
        context.put("previous_channel_id", random.nextBoolean() ? pick(CHANNELS) : null);
        context.put("last_ad_id", random.nextBoolean() ? "ad-" + random.nextInt(3) : null);
        context.put("region", pick(REGIONS));
        context.put("device_model", pick(DEVICES));
        context.put("device", "d" + random.nextInt(500));
        add(rows, batch, "tuning-events", "heartbeat", "t-" + request, time, context, Map.of("duration_s", 60L));
        context.put("request_id", request);
        add(rows, batch, "ad-requests", "ad_request", "q-" + request, time, context, Map.of("tmax_ms", 500L));
        boolean expired = random.nextInt(50) == 0;
        String chosen = pick(AGGREGATORS);
        Map<String, Object> decision = new HashMap<>(Map.of(
                "request_time",
                Timestamp.from(time),
                "status",
                expired ? "expired" : "routed",
                "explore",
                false,
                "snapshot_id",
                "policy:1/-/-",
                "policy_version",
                "bootstrap",
                "excluded",
                List.of(),
                "ranked",
                expired
                        ? List.of()
                        : AGGREGATORS.stream()
                                .map(id -> RowFactory.create(id, 1_000L, 0.25, null, null, null))
                                .toList()));
        if (!expired) {
            decision.put("aggregator_id", chosen);
            decision.put("propensity", 0.25);
            decision.put("tmax_ms", 500L);
        }
        add(rows, batch, "ad-decisions", "ad_decision", "decision:" + request, time.plusMillis(2), context, decision);
        if (expired) {
            return;
        }
        List<String> order = new ArrayList<>(AGGREGATORS);
        order.remove(chosen);
        order.add(0, chosen);
        for (int attempt = 1; attempt <= 2; attempt++) {
            if (attempt(rows, batch, time.plusMillis(50L * attempt), context, order.get(attempt - 1), attempt)) {
                return;
            }
        }
    }

    private boolean attempt(
            List<Row> rows, long batch, Instant time, Map<String, Object> context, String aggregator, int attempt) {
        String id = context.get("request_id") + "-" + attempt;
        String channel = (String) context.get("channel_id");
        boolean fill = random.nextDouble() < fillRate(aggregator, channel);
        String outcome = fill ? "fill" : pick(List.of("no_fill", "timeout", "error"));
        Map<String, Object> response = new HashMap<>(Map.of(
                "aggregator_id",
                aggregator,
                "attempt",
                (long) attempt,
                "outcome",
                outcome,
                "latency_ms",
                outcome.equals("timeout") ? (long) TIMEOUT_MS : (long) random.nextInt(TIMEOUT_MS)));
        String ad = "ad-" + random.nextInt(3);
        long price = priceMicros(aggregator) + random.nextInt(1000);
        if (fill) {
            response.put("price_micros", price);
            response.put("ad_id", ad);
        }
        add(rows, batch, "ad-events", "response", "s-" + id, time, context, response);
        if (!fill) {
            return false;
        }
        Map<String, Object> ads = Map.of("aggregator_id", aggregator, "ad_id", ad, "price_micros", price);
        Map<String, Object> delivery = new HashMap<>(ads);
        delivery.put("media_url", "https://ads.example/" + ad);
        Map<String, Object> uncontexted =
                Map.of("device", context.get("device"), "request_id", context.get("request_id"));
        add(rows, batch, "ad-deliveries", "ad_delivery", "v-" + id, time, uncontexted, delivery);
        add(rows, batch, "ad-events", "impression", "i-" + id, time.plusMillis(100), context, ads);
        add(rows, batch, "ad-events", "start", "b-" + id, time.plusMillis(110), context, ads);
        if (random.nextDouble() < completionRate(aggregator, (String) context.get("device_model"))) {
            add(rows, batch, "ad-events", "complete", "c-" + id, time.plusMillis(5_000), context, ads);
        }
        return true;
    }

    private void add(
            List<Row> rows,
            long batch,
            String topic,
            String type,
            String eventId,
            Instant time,
            Map<String, Object> context,
            Map<String, Object> own) {
        Map<String, Object> values = new HashMap<>(context);
        values.putAll(own);
        values.put("ingest_batch", batch);
        values.put("topic", topic);
        values.put("partition", 0);
        values.put("offset", nextOffset(topic));
        values.put("append_time", Timestamp.from(time.plusMillis(5)));
        values.put("duplicate", false);
        values.put("schema_version", "1");
        values.put("event_id", eventId);
        values.put("event_type", type);
        values.put("event_time", Timestamp.from(time));
        values.put(Table.IDENTITY, identity(type, eventId));
        values.put("implausible_clock", false);
        values.put("counted_time", Timestamp.from(time));
        values.put("key_id", "k1");
        rows.add(RowFactory.create(
                Table.EVENTS.columnNames().stream().map(values::get).toArray()));
    }

    /** Ids are unique here, so the hash of one stands for the identity. */
    private static byte[] identity(String type, String eventId) {
        return UUID.nameUUIDFromBytes((type + eventId).getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, EventIdentity.BYTES)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private long nextOffset(String topic) {
        return offsets.merge(topic, 1L, Long::sum) - 1;
    }

    private String pick(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
