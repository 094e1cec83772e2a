package io.datastreamx.serving.lake;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Versions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions whose batch rows a copy holds: the one in force, the one before it, to which a rollback returns, and
 * what may come next. They are told apart by the Delta version that their rows are, since a name may come again.
 */
final class HeldVersions {
    private static final Logger LOG = LoggerFactory.getLogger(HeldVersions.class);
    /** So many days are fetched and loaded together; what they have in common is done once. */
    private static final int DAYS_AT_ONCE = 16;

    private final Lake lake;
    private final BatchParts parts;
    private final Map<Long, List<BatchPart>> held = new HashMap<>();

    HeldVersions(Lake lake, BatchParts parts) {
        this.lake = lake;
        this.parts = parts;
    }

    /**
     * Loads what is not held yet. A version that is gone and not in force is left out.
     *
     * @param batch where the ledger ends
     * @return those that are held and wanted
     */
    List<Versions.Entry> load(Versions versions, long batch) {
        List<Versions.Entry> wanted = Stream.concat(
                        versions.path(batch).stream().limit(2),
                        versions.coming(batch).stream().limit(2))
                .toList();
        long inForce = versions.inForce(batch).map(HeldVersions::delta).orElse(-1L);
        for (Versions.Entry entry : wanted) {
            if (!held.containsKey(delta(entry))) {
                load(entry, delta(entry) == inForce);
            }
        }
        return wanted.stream().filter(entry -> held.containsKey(delta(entry))).toList();
    }

    private void load(Versions.Entry entry, boolean required) {
        DeltaTable rollups = lake.table(Table.BATCH_ROLLUPS);
        if (!rollups.isWhole(delta(entry))) {
            if (required) {
                throw new IllegalStateException("version " + entry.version() + " is in force but files of "
                        + rollups.uri() + " are missing: run `dsx batch --rollback` or `dsx batch --full`");
            }
            return;
        }
        List<BatchPart> days = BatchPart.of(rollups.state(delta(entry)));
        List<BatchPart> missing =
                days.stream().filter(part -> !parts.holds(part)).toList();
        for (int from = 0; from < missing.size(); from += DAYS_AT_ONCE) {
            fetch(missing.subList(from, Math.min(from + DAYS_AT_ONCE, missing.size())));
        }
        held.put(delta(entry), days);
        LOG.info("version {} is held: {} of its {} days were loaded", entry.version(), missing.size(), days.size());
    }

    private void fetch(List<BatchPart> days) {
        List<String> files =
                days.stream().flatMap(part -> part.paths().stream()).toList();
        List<String> local = lake.copies().of(files);
        Map<BatchPart, List<String>> byDay = new LinkedHashMap<>();
        int from = 0;
        for (BatchPart day : days) {
            int to = from + day.files().size();
            byDay.put(day, local.subList(from, to));
            from = to;
        }
        parts.load(byDay);
        lake.copies().drop(files);
    }

    /** Of a version that is held. */
    List<BatchPart> parts(Versions.Entry entry) {
        return held.get(delta(entry));
    }

    /** Forgets all others, and deletes what is of them alone. @return whether rows were deleted */
    boolean keepOnly(List<Versions.Entry> wanted) {
        held.keySet().retainAll(wanted.stream().map(HeldVersions::delta).toList());
        return parts.keepOnly(held.values().stream().flatMap(List::stream).toList());
    }

    private static long delta(Versions.Entry entry) {
        return entry.tables().get(Table.BATCH_ROLLUPS);
    }
}
