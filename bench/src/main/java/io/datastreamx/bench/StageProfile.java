package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Where the processor's time of ingest's tasks goes, by what a sample of Java Flight Recorder finds on the stack. */
final class StageProfile {
    private static final String TASKS = "Executor task launch worker";
    /** The first that stands on the stack, seen from its top, has the sample. */
    private static final Map<String, List<String>> STAGES = new LinkedHashMap<>();

    static {
        STAGES.put("validate", List.of("io.datastreamx.contract.event.EventValidator"));
        STAGES.put("identity", List.of("io.datastreamx.contract.event.EventIdentity"));
        STAGES.put("duplicates", List.of("io.datastreamx.speed.ingest.DuplicateIndex"));
        STAGES.put("pseudonyms", List.of("io.datastreamx.contract.privacy.KeyRing"));
        STAGES.put("live_rows", List.of("io.datastreamx.speed.ingest.RollupCells.flush"));
        STAGES.put("add_to_cells", List.of("io.datastreamx.speed.ingest.RollupCells"));
        STAGES.put("raw_log", List.of("io.datastreamx.speed.ingest.TableFile"));
        STAGES.put("kafka", List.of("org.apache.spark.sql.kafka010", "org.apache.kafka"));
    }

    private StageProfile() {}

    /** @return share of each stage; the rest is {@code other} */
    static ObjectNode of(Path recording) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        STAGES.keySet().forEach(stage -> counts.put(stage, 0L));
        counts.put("other", 0L);
        long all = 0;
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                RecordedEvent event = file.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample")
                        && event.getThread("sampledThread").getJavaName().startsWith(TASKS)
                        && event.getStackTrace() != null) {
                    counts.merge(stageOf(event.getStackTrace().getFrames()), 1L, Long::sum);
                    all++;
                }
            }
        }
        ObjectNode shares = Machine.JSON.createObjectNode();
        long total = Math.max(1, all);
        counts.forEach((stage, count) -> shares.put(stage, Math.round(1000.0 * count / total) / 1000.0));
        return shares;
    }

    private static String stageOf(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String name = frame.getMethod().getType().getName() + "."
                    + frame.getMethod().getName();
            for (Map.Entry<String, List<String>> stage : STAGES.entrySet()) {
                if (stage.getValue().stream().anyMatch(name::startsWith)) {
                    return stage.getKey();
                }
            }
        }
        return "other";
    }
}
