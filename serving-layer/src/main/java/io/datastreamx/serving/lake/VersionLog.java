package io.datastreamx.serving.lake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The rows of the {@code versions} table in the order of their commits, and what they say about a position. */
final class VersionLog {
    /** @param sequence place in the log */
    record Entry(int sequence, String action, String version, long cut) {
        boolean comesIntoForce() {
            return action.equals("flip") || action.equals("rollback");
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    void add(String action, String version, long cut) {
        entries.add(new Entry(entries.size(), action, version, cut));
    }

    /** The latest flip or rollback whose cut is covered by the ledger as it was read. */
    Optional<Entry> inForce(long ingestBatch) {
        return lastInForce(entries.size(), ingestBatch, "");
    }

    /** Whether a flip waits for the ledger: it was read after the ledger and runs ahead of it. */
    boolean waits(long ingestBatch) {
        return entries.stream().anyMatch(e -> e.comesIntoForce() && e.cut > ingestBatch);
    }

    /**
     * The versions to hold: the one in force, the one before it (what a rollback returns to), and the last two
     * published since. Latest entry of each.
     */
    List<Entry> kept(long ingestBatch) {
        List<Entry> kept = new ArrayList<>();
        int since = 0;
        Optional<Entry> active = inForce(ingestBatch);
        if (active.isPresent()) {
            since = active.get().sequence() + 1;
            kept.add(active.get());
            lastInForce(active.get().sequence(), ingestBatch, active.get().version())
                    .ifPresent(kept::add);
        }
        int announced = 0;
        for (int i = entries.size() - 1; i >= since && announced < 2; i--) {
            Entry entry = entries.get(i);
            if (kept.stream().noneMatch(k -> k.version().equals(entry.version()))) {
                kept.add(entry);
                announced++;
            }
        }
        return kept;
    }

    /** When the version was last published; a later publish replaces what was loaded. */
    OptionalLong publishedAt(String version) {
        return entries.stream()
                .filter(e -> e.action().equals("publish") && e.version().equals(version))
                .mapToLong(Entry::sequence)
                .max();
    }

    private Optional<Entry> lastInForce(int before, long ingestBatch, String otherThan) {
        for (int i = before - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.comesIntoForce()
                    && entry.cut() <= ingestBatch
                    && !entry.version().equals(otherThan)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }
}
