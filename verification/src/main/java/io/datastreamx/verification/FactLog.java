package io.datastreamx.verification;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The whole log as facts, and the count of any prefix of it. Prefixes are expected to grow: each answer folds only what
 * is new; asking for a shorter one than before counts again from the start.
 *
 * <p>A good record is a duplicate where its partition holds one with its identity, itself no duplicate, within the
 * horizon of append time. What that misses, a night takes away from the prefix that it covers: of records with one
 * identity, on days near each other, the earliest by (append time, topic, partition, offset) counts.
 *
 * <p>A complete counts with the price of the fill that its partition holds before it, of its request and aggregator and
 * appended within the last four hours, by ten-minute slices of the clock; of several the lowest. Without one it counts
 * with the price that the box tells, and apart. Thread-safe.
 */
public final class FactLog {
    /** The topics that carry events. */
    public static final List<String> TOPICS =
            List.of("ad-decisions", "ad-deliveries", "ad-events", "ad-requests", "tuning-events");

    static final List<String> DIMENSIONS =
            List.of("aggregator_id", "channel_id", "previous_channel_id", "region", "device_model", "ad_id");
    /** What the company's own services write; everything else comes from boxes. */
    private static final Set<String> OWN_TYPES = Set.of("ad_decision", "response", "ad_delivery");

    private static final long NIGHT_LOOKS_AROUND_DAYS = 2;
    private static final long OLDEST_MS = Duration.ofDays(35).toMillis();
    private static final long FARTHEST_AHEAD_MS = Duration.ofHours(25).toMillis();
    private static final long FILL_SLICE_MS = Duration.ofMinutes(10).toMillis();
    private static final long FILL_SLICES = 24;
    private static final long NO_FILL = -1;
    private static final Comparator<Fact> POSITION = Comparator.comparingLong(Fact::appendMs)
            .thenComparingInt(Fact::topic)
            .thenComparingInt(Fact::partition)
            .thenComparingLong(Fact::offset);

    private record Id(long high, long low) {}

    private record Attempt(int topic, int partition, String requestId, String aggregatorId) {}

    private record Fill(long priceMicros, long slice) {}

    private record GroupKey(int first, int second, int third, long minute) {}

    private final StrictReader reader;
    private final Duration horizon;
    private final LatencyProbe latency = new LatencyProbe();
    private final Map<String, List<Fact>> partitions = new TreeMap<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    /** All that are no duplicates, in all partitions. */
    private final Map<Id, List<Fact>> counting = new HashMap<>();
    /** The fills among them. */
    private final Map<Attempt, List<Fill>> fills = new HashMap<>();
    /** Those of them that have company. */
    private final Set<Id> repeated = new LinkedHashSet<>();

    private final Map<String, Integer> folded = new HashMap<>();
    private final Map<Grouping, Map<GroupKey, long[]>> groups = new EnumMap<>(Grouping.class);
    private long read;
    private long malformed;
    private long duplicate;

    /**
     * @param currency the configured one; records in another are malformed
     * @param horizon a record that repeats another later than this, in append time, counts again until a night sees it;
     *     zero recognises none
     */
    public FactLog(String currency, Duration horizon) {
        this.reader = new StrictReader(currency);
        this.horizon = horizon;
        restart();
    }

    /** Times from request to decision of what was appended. */
    public LatencyProbe latency() {
        return latency;
    }

    /** Adds the next record of a partition; offsets of one partition must rise. */
    public void append(String topic, int partition, long offset, long appendMs, byte[] value) {
        Optional<JsonNode> event = reader.read(topic, value);
        synchronized (this) {
            int number = TOPICS.indexOf(topic);
            partitions
                    .computeIfAbsent(topic + "-" + partition, p -> new ArrayList<>())
                    .add(event.map(good -> judged(number, partition, offset, appendMs, good))
                            .orElseGet(() -> Fact.ofMalformed(number, partition, offset, appendMs)));
        }
        event.ifPresent(e -> latency.see(e, appendMs));
    }

    /** What all records before these ends add up to while no night has seen any of them. */
    public Totals upTo(Map<String, Long> ends) {
        return upTo(ends, Map.of());
    }

    /**
     * @param ends end offset, exclusive, by {@code topic-partition}; a partition that is not named counts as empty
     * @param nightEnds the part of it that a night has seen, in the same way
     * @return what all records before these ends add up to
     */
    public synchronized Totals upTo(Map<String, Long> ends, Map<String, Long> nightEnds) {
        Map<String, Integer> sizes = new HashMap<>();
        partitions.forEach(
                (partition, facts) -> sizes.put(partition, countBefore(facts, ends.getOrDefault(partition, 0L))));
        if (sizes.entrySet().stream().anyMatch(e -> e.getValue() < folded.getOrDefault(e.getKey(), 0))) {
            restart();
        }
        sizes.forEach((partition, size) -> partitions
                .get(partition)
                .subList(folded.getOrDefault(partition, 0), size)
                .forEach(this::fold));
        folded.putAll(sizes);
        return totals(lateDuplicates(nightEnds));
    }

    private void restart() {
        folded.clear();
        for (Grouping grouping : Grouping.values()) {
            groups.put(grouping, new HashMap<>());
        }
        read = 0;
        malformed = 0;
        duplicate = 0;
    }

    private void fold(Fact fact) {
        read++;
        if (fact.malformed()) {
            malformed++;
        } else if (fact.duplicate()) {
            duplicate++;
        } else if (fact.sum() != Sums.NOTHING || fact.wrongClock()) {
            for (Grouping grouping : Grouping.values()) {
                Sums.add(groups.get(grouping).computeIfAbsent(keyOf(grouping, fact), k -> Totals.zeros()), fact, 1);
            }
        }
    }

    private List<Fact> lateDuplicates(Map<String, Long> nightEnds) {
        List<Fact> late = new ArrayList<>();
        if (nightEnds.isEmpty()) {
            return late;
        }
        for (Id id : repeated) {
            List<Fact> seen = counting.get(id).stream()
                    .filter(fact -> fact.offset()
                            < nightEnds.getOrDefault(TOPICS.get(fact.topic()) + "-" + fact.partition(), 0L))
                    .sorted(POSITION)
                    .toList();
            for (int i = 1; i < seen.size(); i++) {
                Fact fact = seen.get(i);
                if (seen.subList(0, i).stream()
                        .anyMatch(earlier -> Math.abs(earlier.day() - fact.day()) <= NIGHT_LOOKS_AROUND_DAYS)) {
                    late.add(fact);
                }
            }
        }
        return late;
    }

    private static GroupKey keyOf(Grouping grouping, Fact fact) {
        int[] key = {-1, -1, -1};
        for (int i = 0; i < grouping.fields().size(); i++) {
            key[i] = fact.values()[DIMENSIONS.indexOf(grouping.fields().get(i))];
        }
        return new GroupKey(key[0], key[1], key[2], fact.minute());
    }

    private Totals totals(List<Fact> late) {
        Map<List<String>, Map<Totals.Row, long[]>> named = new HashMap<>();
        groups.forEach((grouping, rows) -> {
            Map<Totals.Row, long[]> copy = new HashMap<>(rows.size() * 2);
            rows.forEach((key, sums) -> copy.put(rowOf(grouping, key), sums.clone()));
            late.forEach(fact -> Optional.ofNullable(copy.get(rowOf(grouping, keyOf(grouping, fact))))
                    .ifPresent(sums -> Sums.add(sums, fact, -1)));
            copy.values().removeIf(FactLog::isZero);
            named.put(grouping.fields(), copy);
        });
        return new Totals(read, malformed, duplicate, late.size(), named);
    }

    private Totals.Row rowOf(Grouping grouping, GroupKey key) {
        List<String> values = new ArrayList<>();
        int[] numbered = {key.first(), key.second(), key.third()};
        for (int i = 0; i < grouping.fields().size(); i++) {
            values.add(numbered[i] < 0 ? null : names.get(numbered[i]));
        }
        return new Totals.Row(values, key.minute());
    }

    private static boolean isZero(long[] sums) {
        for (long sum : sums) {
            if (sum != 0) {
                return false;
            }
        }
        return true;
    }

    /** The record as a fact, remembered where it is no duplicate. */
    private Fact judged(int topic, int partition, long offset, long appendMs, JsonNode event) {
        String type = event.get("event_type").textValue();
        Instant time = StrictReader.timeOf(event.get("event_time").textValue()).orElseThrow();
        Id id = identityOf(event, type, time);
        List<Fact> alike = counting.getOrDefault(id, List.of());
        boolean duplicate = !horizon.isZero()
                && alike.stream()
                        .anyMatch(earlier -> earlier.topic() == topic
                                && earlier.partition() == partition
                                && Math.abs(appendMs - earlier.appendMs()) <= horizon.toMillis());
        boolean believed = !time.isBefore(Instant.ofEpochMilli(appendMs - OLDEST_MS))
                && !time.isAfter(Instant.ofEpochMilli(appendMs + FARTHEST_AHEAD_MS));
        boolean complete = type.equals("complete");
        long fillMicros = complete ? fillMicros(topic, partition, appendMs, event) : NO_FILL;
        Fact fact = new Fact(
                topic,
                partition,
                offset,
                appendMs,
                Math.floorDiv(time.getEpochSecond(), 86_400),
                believed ? Math.floorDiv(time.getEpochSecond(), 60) : Math.floorDiv(appendMs, 60_000),
                !believed && !type.equals("ad_delivery"),
                duplicate,
                Sums.mainOf(event),
                fillMicros == NO_FILL ? Sums.amountOf(event) : fillMicros,
                complete && fillMicros == NO_FILL,
                valuesOf(event, Shapes.of(type)));
        if (!duplicate) {
            remember(id, fact, alike);
            if (type.equals("response") && event.get("outcome").textValue().equals("fill")) {
                fills.computeIfAbsent(attemptOf(topic, partition, event), any -> new ArrayList<>(1))
                        .add(new Fill(event.get("price_micros").longValue(), Math.floorDiv(appendMs, FILL_SLICE_MS)));
            }
        }
        return fact;
    }

    private long fillMicros(int topic, int partition, long appendMs, JsonNode complete) {
        long oldest = Math.floorDiv(appendMs, FILL_SLICE_MS) - FILL_SLICES;
        return fills.getOrDefault(attemptOf(topic, partition, complete), List.of()).stream()
                .filter(fill -> fill.slice() >= oldest)
                .mapToLong(Fill::priceMicros)
                .min()
                .orElse(NO_FILL);
    }

    private static Attempt attemptOf(int topic, int partition, JsonNode event) {
        return new Attempt(
                topic,
                partition,
                event.get("request_id").textValue(),
                event.get("aggregator_id").textValue());
    }

    private void remember(Id id, Fact fact, List<Fact> alike) {
        if (alike.isEmpty()) {
            counting.put(id, List.of(fact));
        } else {
            List<Fact> more = new ArrayList<>(alike);
            more.add(fact);
            counting.put(id, more);
            repeated.add(id);
        }
    }

    private int[] valuesOf(JsonNode event, Shapes.Shape shape) {
        int[] values = new int[DIMENSIONS.size()];
        for (int i = 0; i < values.length; i++) {
            String field = DIMENSIONS.get(i);
            String value = shape.knows(field) ? event.path(field).textValue() : null;
            values[i] = value == null ? -1 : numberOf(value);
        }
        return values;
    }

    private int numberOf(String name) {
        return numbers.computeIfAbsent(name, n -> {
            names.add(n);
            return names.size() - 1;
        });
    }

    /** Facts are in order of offset, so the first that is not before the end can be searched for. */
    private static int countBefore(List<Fact> facts, long end) {
        int low = 0;
        int high = facts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (facts.get(middle).offset() < end) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** What a retry repeats. Two routers may decide one request at different moments, a box's retry keeps its time. */
    private static Id identityOf(JsonNode event, String type, Instant time) {
        List<String> parts = new ArrayList<>(List.of(type, event.get("event_id").textValue()));
        if (!OWN_TYPES.contains(type)) {
            parts.add(event.get("device_id").textValue());
            parts.add(time.toString());
        }
        ByteBuffer hash = ByteBuffer.wrap(md5(parts));
        return new Id(hash.getLong(), hash.getLong());
    }

    private static byte[] md5(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_16BE);
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                digest.update(bytes);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
