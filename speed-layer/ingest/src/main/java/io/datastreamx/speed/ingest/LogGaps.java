package io.datastreamx.speed.ingest;

import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.speed.ingest.PassResult.Gap;
import io.datastreamx.speed.ingest.PassResult.PartitionCount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets of a batch that gave no record. What lies before the beginning of its partition was deleted before it was
 * read; the rest never was a record to count: markers of transactions, aborted and compacted records. A marker that is
 * deleted in the moment after it was passed is called lost too, which is the safe side.
 *
 * @param absent how many offsets never held a record to count
 * @param lost ranges whose records are gone
 */
record LogGaps(long absent, List<LostRange> lost) {

    /** @param newest append time of the last record read of a partition before this batch */
    static LogGaps of(
            SortedMap<String, PartitionRange> ranges,
            List<PartitionCount> counts,
            KafkaLog log,
            Function<String, Optional<Instant>> newest) {
        Map<String, PartitionCount> counted = new HashMap<>();
        counts.forEach(count -> counted.put(count.partition(), count));
        TreeMap<String, List<Gap>> gaps = new TreeMap<>();
        Set<TopicPartition> partitions = new HashSet<>();
        ranges.forEach((name, range) -> {
            List<Gap> found = counted.containsKey(name)
                    ? counted.get(name).gaps()
                    : range.end() > range.start() ? List.of(new Gap(range.start(), range.end())) : List.of();
            if (!found.isEmpty()) {
                gaps.put(name, found);
                partitions.add(new TopicPartition(range.topic(), range.partition()));
            }
        });
        if (gaps.isEmpty()) {
            return new LogGaps(0, List.of());
        }
        Map<String, Long> beginnings = log.beginnings(partitions);
        long absent = 0;
        List<LostRange> lost = new ArrayList<>();
        for (Map.Entry<String, List<Gap>> entry : gaps.entrySet()) {
            String name = entry.getKey();
            Optional<Instant> before =
                    Optional.ofNullable(counted.get(name)).map(count -> Instant.ofEpochMilli(count.minAppendMs()));
            for (Gap gap : entry.getValue()) {
                long gone = KafkaLog.lostOf(gap, beginnings.get(name));
                absent += gap.end() - gap.start() - gone;
                if (gone > 0) {
                    lost.add(new LostRange(name, gap.start(), gap.start() + gone, newest.apply(name), before));
                }
            }
        }
        return new LogGaps(absent, lost);
    }
}
