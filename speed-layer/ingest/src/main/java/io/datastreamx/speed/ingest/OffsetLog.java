package io.datastreamx.speed.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.lake.LakeFiles;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What Spark's own offset log says of a micro-batch. {@code <checkpoint>/offsets/<id>} holds the ends of batch id; the
 * ends of the one before are its starts, and those of the first stand in {@code sources/0/0}. Each file is a version
 * line, then JSON; the last line is the source's offset.
 */
final class OffsetLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LakeFiles files;
    private final String checkpoint;

    OffsetLog(LakeFiles files, String checkpoint) {
        this.files = files;
        this.checkpoint = checkpoint;
    }

    /**
     * @return by {@code topic-partition}, every partition of the query; a partition that is new in this batch starts at
     *     0
     */
    SortedMap<String, PartitionRange> rangesOf(long sparkBatchId) {
        SortedMap<String, Long> starts =
                sparkBatchId == 0 ? read("/sources/0/0") : read("/offsets/" + (sparkBatchId - 1));
        SortedMap<String, PartitionRange> ranges = new TreeMap<>();
        read("/offsets/" + sparkBatchId).forEach((name, end) -> {
            int dash = name.lastIndexOf('-');
            ranges.put(
                    name,
                    new PartitionRange(
                            name.substring(0, dash),
                            Integer.parseInt(name.substring(dash + 1)),
                            starts.getOrDefault(name, 0L),
                            end));
        });
        return ranges;
    }

    private SortedMap<String, Long> read(String file) {
        String[] lines = new String(files.read(checkpoint + file), StandardCharsets.UTF_8)
                .strip()
                .split("\n");
        try {
            Map<String, Map<String, Long>> byTopic = JSON.readValue(lines[lines.length - 1], new TypeReference<>() {});
            SortedMap<String, Long> flat = new TreeMap<>();
            byTopic.forEach((topic, partitions) ->
                    partitions.forEach((partition, offset) -> flat.put(topic + "-" + partition, offset)));
            return flat;
        } catch (JsonProcessingException e) {
            throw DamagedCheckpointException.of(checkpoint + file, e);
        }
    }
}
