package io.datastreamx.speed.ingest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The duplicates of one batch, as sorted offsets by topic partition: small enough to travel with the task. */
final class FlaggedPositions implements Serializable {
    private static final long serialVersionUID = 1L;

    private final HashMap<String, long[]> offsets = new HashMap<>();

    FlaggedPositions(List<Position> duplicates) {
        Map<String, List<Position>> byPartition =
                duplicates.stream().collect(Collectors.groupingBy(p -> key(p.topic(), p.partition())));
        byPartition.forEach((partition, positions) -> offsets.put(
                partition,
                positions.stream().mapToLong(Position::offset).sorted().toArray()));
    }

    boolean contains(String topic, int partition, long offset) {
        long[] sorted = offsets.get(key(topic, partition));
        return sorted != null && Arrays.binarySearch(sorted, offset) >= 0;
    }

    private static String key(String topic, int partition) {
        return topic + "-" + partition;
    }
}
