package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ledger.LedgerEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How old records are when the ledger says that they count; a batch's records are taken to have come evenly. */
final class Freshness {
    private static final int PARTS = 100;

    private record Aged(double ms, double weight) {}

    private Freshness() {}

    static ObjectNode of(List<LedgerEntry> entries) {
        List<Aged> ages = new ArrayList<>();
        for (LedgerEntry entry : entries) {
            long oldest = age(entry, entry.minAppendTime().orElseThrow());
            long youngest = age(entry, entry.maxAppendTime().orElseThrow());
            for (int part = 0; part < PARTS; part++) {
                double ms = youngest + (oldest - youngest) * (part + 0.5) / PARTS;
                ages.add(new Aged(ms, (double) entry.read() / PARTS));
            }
        }
        ages.sort(Comparator.comparingDouble(Aged::ms));
        ObjectNode figures = Machine.JSON.createObjectNode();
        figures.put("batches", entries.size());
        figures.put("freshness_p50_ms", Math.round(percentile(ages, 0.5)));
        figures.put("freshness_p99_ms", Math.round(percentile(ages, 0.99)));
        figures.put(
                "freshness_max_ms",
                entries.stream()
                        .mapToLong(entry -> age(entry, entry.minAppendTime().orElseThrow()))
                        .max()
                        .orElse(0));
        return figures;
    }

    private static long age(LedgerEntry entry, java.time.Instant appended) {
        return Duration.between(appended, entry.completedAt()).toMillis();
    }

    private static double percentile(List<Aged> ages, double share) {
        double total = ages.stream().mapToDouble(Aged::weight).sum();
        double seen = 0;
        for (Aged aged : ages) {
            seen += aged.weight();
            if (seen >= share * total) {
                return aged.ms();
            }
        }
        return Double.NaN;
    }
}
