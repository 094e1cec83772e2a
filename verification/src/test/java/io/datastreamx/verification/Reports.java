package io.datastreamx.verification;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Totals in the form in which the serving layer reports. */
final class Reports {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Reports() {}

    static ObjectNode of(
            Totals totals,
            List<String> fields,
            Interval interval,
            long fromMinute,
            long batch,
            Map<String, Long> ends) {
        ObjectNode report = MAPPER.createObjectNode();
        ObjectNode position = report.putObject("position").put("ingest_batch", batch);
        position.set("offsets", MAPPER.valueToTree(ends));
        var rows = report.putArray("rows");
        Map<Totals.Row, long[]> all = totals.by(interval, fields, fromMinute);
        all.forEach((key, sums) -> {
            ObjectNode row = rows.addObject();
            if (interval.isTime()) {
                row.put(
                        interval.dimension(),
                        Instant.ofEpochSecond(60 * key.minute()).toString());
            }
            for (int i = 0; i < fields.size(); i++) {
                row.put(fields.get(i), key.values().get(i));
            }
            for (int i = 0; i < sums.length; i++) {
                row.put(Totals.measures().get(i), sums[i]);
            }
        });
        return report;
    }

    static ObjectNode ledger(Totals totals, long batch, Map<String, Long> ends) {
        ObjectNode ledger = MAPPER.createObjectNode()
                .put("batches", batch + 1)
                .put("read", totals.read())
                .put("accepted", totals.accepted())
                .put("duplicate", totals.duplicate())
                .put("quarantined", totals.malformed())
                .put("absent", ends.values().stream().mapToLong(Long::longValue).sum() - totals.read())
                .put("lost", 0)
                .put("ingest_batch", batch);
        ledger.set("offsets", MAPPER.valueToTree(ends));
        return ledger;
    }
}
