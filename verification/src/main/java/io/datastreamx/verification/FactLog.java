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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole log as facts, and the count of any prefix of it. Prefixes are expected to grow: each answer folds only what
 * is new; asking for a shorter one than before counts again from the start. Of several good records with one id the
 * first counts: within what is new, by (append time, topic, partition, offset). Thread-safe.
 */
public final class FactLog {
    /** The topics that carry events. */
    public static final List<String> TOPICS =
            List.of("ad-decisions", "ad-deliveries", "ad-events", "ad-requests", "tuning-events");

    static final List<String> DIMENSIONS =
            List.of("aggregator_id", "channel_id", "previous_channel_id", "region", "device_model", "ad_id");
    private static final Comparator<Fact> POSITION = Comparator.comparingLong(Fact::appendMs)
            .thenComparingInt(Fact::topic)
            .thenComparingInt(Fact::partition)
            .thenComparingLong(Fact::offset);

    private record Id(long high, long low) {}

    private record GroupKey(int first, int second, int third, long minute) {}

    private final StrictReader reader;
    private final long horizonMs;
    private final LatencyProbe latency = new LatencyProbe();
    private final Map<String, List<Fact>> partitions = new TreeMap<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    private final Map<String, Integer> folded = new HashMap<>();
    private final Map<Id, Long> firstSeen = new HashMap<>();
    private final Map<Grouping, Map<GroupKey, long[]>> groups = new EnumMap<>(Grouping.class);
    private long read;
    private long malformed;
    private long duplicate;

    /**
     * @param currency the configured one; records in another are malformed
     * @param horizon a record that repeats an id later than this, in append time, counts again
     */
    public FactLog(String currency, Duration horizon) {
        this.reader = new StrictReader(currency);
        this.horizonMs = horizon.toMillis();
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
            partitions
                    .computeIfAbsent(topic + "-" + partition, p -> new ArrayList<>())
                    .add(fact(topic, partition, offset, appendMs, event.orElse(null)));
        }
        event.ifPresent(e -> latency.see(e, appendMs));
    }

    /**
     * @param ends end offset, exclusive, by {@code topic-partition}; a partition that is not named counts as empty
     * @return what all records before these ends add up to
     */
    public synchronized Totals upTo(Map<String, Long> ends) {
        Map<String, Integer> sizes = new HashMap<>();
        partitions.forEach(
                (partition, facts) -> sizes.put(partition, countBefore(facts, ends.getOrDefault(partition, 0L))));
        if (sizes.entrySet().stream().anyMatch(e -> e.getValue() < folded.getOrDefault(e.getKey(), 0))) {
            restart();
        }
        List<Fact> added = new ArrayList<>();
        sizes.forEach((partition, size) ->
                added.addAll(partitions.get(partition).subList(folded.getOrDefault(partition, 0), size)));
        added.sort(POSITION);
        added.forEach(this::fold);
        folded.putAll(sizes);
        return totals();
    }

    private void restart() {
        folded.clear();
        firstSeen.clear();
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
            return;
        }
        Id id = new Id(fact.idHigh(), fact.idLow());
        Long first = firstSeen.get(id);
        if (first != null && Math.abs(fact.appendMs() - first) <= horizonMs) {
            duplicate++;
            return;
        }
        firstSeen.put(id, fact.appendMs());
        if (fact.sum() != Sums.NOTHING) {
            for (Grouping grouping : Grouping.values()) {
                long[] sums = groups.get(grouping).computeIfAbsent(keyOf(grouping, fact), k -> Totals.zeros());
                Sums.add(sums, fact.sum(), fact.amount());
            }
        }
    }

    private static GroupKey keyOf(Grouping grouping, Fact fact) {
        int[] key = {-1, -1, -1};
        for (int i = 0; i < grouping.fields().size(); i++) {
            key[i] = fact.values()[DIMENSIONS.indexOf(grouping.fields().get(i))];
        }
        return new GroupKey(key[0], key[1], key[2], fact.minute());
    }

    private Totals totals() {
        Map<List<String>, Map<Totals.Row, long[]>> named = new HashMap<>();
        groups.forEach((grouping, rows) -> {
            Map<Totals.Row, long[]> copy = new HashMap<>(rows.size() * 2);
            rows.forEach((key, sums) -> copy.put(rowOf(grouping, key), sums.clone()));
            copy.values().removeIf(FactLog::isZero);
            named.put(grouping.fields(), copy);
        });
        return new Totals(read, malformed, duplicate, named);
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

    private Fact fact(String topic, int partition, long offset, long appendMs, JsonNode event) {
        int number = TOPICS.indexOf(topic);
        if (event == null) {
            return new Fact(number, partition, offset, appendMs, 0, 0, 0, Sums.NOTHING, 0, null);
        }
        Shapes.Shape shape = Shapes.of(event.get("event_type").textValue());
        int[] values = new int[DIMENSIONS.size()];
        for (int i = 0; i < values.length; i++) {
            String field = DIMENSIONS.get(i);
            String value = shape.knows(field) ? event.path(field).textValue() : null;
            values[i] = value == null ? -1 : numberOf(value);
        }
        ByteBuffer id = ByteBuffer.wrap(md5(event.get("event_id").textValue()));
        long minute =
                Math.floorDiv(Instant.parse(event.get("event_time").textValue()).getEpochSecond(), 60);
        return new Fact(
                number,
                partition,
                offset,
                appendMs,
                id.getLong(),
                id.getLong(),
                minute,
                Sums.mainOf(event),
                Sums.amountOf(event),
                values);
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

    private static byte[] md5(String text) {
        try {
            return MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
