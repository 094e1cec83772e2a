package io.datastreamx.serving.http;

import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.serving.report.LedgerBatch;
import io.datastreamx.serving.report.LedgerTotals;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON forms of reports and of the ledger. */
final class Answers {
    private Answers() {}

    /** {@code after} and {@code before} are the append times of the records around the loss, where there were any. */
    static List<Map<String, Object>> lost(List<LostRange> ranges) {
        List<Map<String, Object>> json = new ArrayList<>();
        for (LostRange range : ranges) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("partition", range.partition());
            one.put("start", range.start());
            one.put("end", range.end());
            one.put("records", range.size());
            one.put("after", range.after().map(Instant::toString).orElse(null));
            one.put("before", range.before().map(Instant::toString).orElse(null));
            json.add(one);
        }
        return json;
    }

    static Map<String, Object> of(Report report) {
        Map<String, Object> position = new LinkedHashMap<>();
        position.put("ingest_batch", report.ingestBatch());
        position.put("offsets", report.offsets());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", position);
        json.put("cut", report.cut());
        json.put("version", report.version().orElse(null));
        json.put("view", report.view().wireName());
        json.put("source", report.source());
        putGrains(json, report.grains());
        json.put("rows", report.rows());
        return json;
    }

    /** Where minutes and hours begin; not where all that there is has them. */
    static void putGrains(Map<String, Object> json, Grains grains) {
        putMidnight(json, "minutes_from", grains.minutesFrom());
        putMidnight(json, "hours_from", grains.hoursFrom());
    }

    private static void putMidnight(Map<String, Object> json, String name, LocalDate day) {
        if (!day.equals(LocalDate.MIN)) {
            json.put(name, day.atStartOfDay(ZoneOffset.UTC).toInstant().toString());
        }
    }

    static Map<String, Object> ledger(Reading reading, int last) {
        LedgerTotals totals = reading.ledgerTotals();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("batches", totals.batches());
        json.put("read", totals.read());
        json.put("accepted", totals.accepted());
        json.put("duplicate", totals.duplicate());
        json.put("quarantined", totals.quarantined());
        json.put("reused_ids", totals.reusedIds());
        json.put("absent", totals.absent());
        json.put("lost", totals.lost());
        json.put("lost_ranges", lost(reading.lostRanges(Reading.LOSSES_TOLD)));
        json.put("ingest_batch", reading.position().ingestBatch());
        json.put("offsets", reading.offsets());
        if (last > 0) {
            json.put("last", reading.lastBatches(last).stream().map(Answers::of).toList());
        }
        return json;
    }

    private static Map<String, Object> of(LedgerBatch batch) {
        Map<String, List<Long>> offsets = new TreeMap<>();
        for (Map.Entry<String, OffsetRange> range : batch.offsets().entrySet()) {
            offsets.put(
                    range.getKey(),
                    List.of(range.getValue().start(), range.getValue().end()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ingest_batch", batch.ingestBatch());
        json.put("read", batch.read());
        json.put("accepted", batch.accepted());
        json.put("duplicate", batch.duplicate());
        json.put("quarantined", batch.quarantined());
        json.put("reused_ids", batch.reusedIds());
        json.put("absent", batch.absent());
        json.put("lost", batch.lost());
        json.put("lost_ranges", lost(batch.lostRanges()));
        json.put("offsets", offsets);
        json.put("max_append_time", batch.maxAppendTime().map(Instant::toString).orElse(null));
        json.put("completed_at", batch.completedAt().toString());
        return json;
    }
}
