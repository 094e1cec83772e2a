package io.datastreamx.lake;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The boundary between batch and speed: which batch version answers for the log up to its cut, and which did before.
 * What the batch layer, serving and ingest know about it they know from here. Immutable.
 *
 * <p>The order of the entries is that of their times, which {@link VersionTable} makes the order of the commits too.
 */
public final class Versions {
    /** Before the first night. */
    public static final Versions NONE = new Versions(List.of());

    /** What an entry says of its version. */
    public enum Action {
        /** Built and validated; to be loaded, not to be shown. */
        PUBLISH,
        /** In force from here on. */
        FLIP,
        /** In force again, and what came into force after it is given up. */
        ROLLBACK;

        /** As the table has it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean bringsIntoForce() {
            return this != PUBLISH;
        }
    }

    /**
     * One row of the table.
     *
     * @param cut last ingest batch that the version covers
     * @param runId the night that did it
     * @param events events that the version counts
     * @param lateDuplicates duplicates that the rebuild removed
     * @param tables the Delta versions of the {@linkplain Table#ofBatch() batch tables} that make up the version
     * @param grains by which the version keeps rollups
     */
    public record Entry(
            Instant at,
            Action action,
            String version,
            long cut,
            String runId,
            long events,
            long lateDuplicates,
            Map<Table, Long> tables,
            Grains grains) {
        private static final String MINUTES_FROM = "minutes_from";
        private static final String HOURS_FROM = "hours_from";

        public Entry {
            if (!tables.keySet().containsAll(Table.ofBatch())) {
                throw new IllegalArgumentException(
                        "version " + version + " names no Delta version of some of " + Table.ofBatch() + ": " + tables);
            }
        }

        /** Of a version that keeps all rollups by the minute. */
        public Entry(
                Instant at,
                Action action,
                String version,
                long cut,
                String runId,
                long events,
                long lateDuplicates,
                Map<Table, Long> tables) {
            this(at, action, version, cut, runId, events, lateDuplicates, tables, Grains.MINUTES);
        }

        /** The same about this version at another time, by another night. */
        public Entry again(Instant at, Action action, String runId) {
            return new Entry(at, action, version, cut, runId, events, lateDuplicates, tables, grains);
        }

        static Entry of(TableRow row) {
            Map<Table, Long> tables = new EnumMap<>(Table.class);
            Table.ofBatch().forEach(table -> tables.put(table, row.number(column(table))));
            return new Entry(
                    row.time("at"),
                    row.code("action", Action.class),
                    row.text("version"),
                    row.number("cut"),
                    row.text("run_id"),
                    row.number("events"),
                    row.number("late_duplicates"),
                    tables,
                    new Grains(day(row, MINUTES_FROM), day(row, HOURS_FROM)));
        }

        private static LocalDate day(TableRow row, String column) {
            return row.timeIfAny(column)
                    .map(midnight -> LocalDate.ofInstant(midnight, ZoneOffset.UTC))
                    .orElse(LocalDate.MIN);
        }

        private static Instant midnight(LocalDate day) {
            return day.equals(LocalDate.MIN)
                    ? null
                    : day.atStartOfDay(ZoneOffset.UTC).toInstant();
        }

        private static String column(Table table) {
            return table.title() + "_version";
        }

        Map<String, Object> row() {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("at", at);
            row.put("action", action.code());
            row.put("version", version);
            row.put("cut", cut);
            row.put("run_id", runId);
            row.put("events", events);
            row.put("late_duplicates", lateDuplicates);
            tables.forEach((table, version) -> row.put(column(table), version));
            row.put(MINUTES_FROM, midnight(grains.minutesFrom()));
            row.put(HOURS_FROM, midnight(grains.hoursFrom()));
            return row;
        }
    }

    private final List<Entry> entries;
    /** One for each entry that brought a version into force, in their order. */
    private final List<InForce<Entry>> inForce = new ArrayList<>();

    private Versions(List<Entry> entries) {
        this.entries = entries;
        InForce<Entry> top = null;
        for (Entry entry : entries) {
            if (entry.action().bringsIntoForce()) {
                top = entry.action() == Action.FLIP
                        ? InForce.on(top, entry)
                        : InForce.back(top, entry, below -> below.version().equals(entry.version()));
                inForce.add(top);
            }
        }
    }

    /** @param more entries that are not known yet, in any order */
    public Versions with(Collection<Entry> more) {
        return new Versions(Stream.concat(entries.stream(), more.stream())
                .sorted(Comparator.comparing(Entry::at))
                .toList());
    }

    /** All of them, oldest first. */
    public List<Entry> entries() {
        return entries;
    }

    /** What brought the present version into force. */
    public Optional<Entry> inForce() {
        return inForce(Long.MAX_VALUE);
    }

    /**
     * What is in force for a reader whose ledger ends at a batch: the latest version that came into force and that the
     * ledger covers. A reader that looked into the ledger first may find a version running ahead of it, and goes on
     * with the one before until it has looked again; for one that knows the whole ledger this is {@link #inForce()}.
     */
    public Optional<Entry> inForce(long lastBatch) {
        return covered(lastBatch).map(InForce::entry);
    }

    /** Whether a version came into force that the ledger, as it was read, does not cover yet. */
    public boolean isAheadOf(long lastBatch) {
        return inForce.stream().anyMatch(step -> step.entry().cut() > lastBatch);
    }

    /** The version in force, then what one rollback after the other returns to. */
    public List<Entry> path() {
        return path(Long.MAX_VALUE);
    }

    /** As {@link #path()}, from the version on that is {@linkplain #inForce(long) in force} for this reader. */
    public List<Entry> path(long lastBatch) {
        return InForce.path(covered(lastBatch).orElse(null));
    }

    /**
     * What may come into force next for a reader whose ledger ends at a batch: versions of which the entries after the
     * one in force speak, each by its latest, the latest first.
     */
    public List<Entry> coming(long lastBatch) {
        Map<String, Entry> coming = new LinkedHashMap<>();
        Optional<Entry> present = inForce(lastBatch);
        for (int i = entries.size() - 1; i >= 0 && !present.equals(Optional.of(entries.get(i))); i--) {
            coming.putIfAbsent(entries.get(i).version(), entries.get(i));
        }
        present.map(Entry::version).ifPresent(coming::remove);
        return List.copyOf(coming.values());
    }

    /** When a version was last published; empty where it never was. */
    public Optional<Instant> publishedAt(String version) {
        return entries.stream()
                .filter(entry ->
                        entry.action() == Action.PUBLISH && entry.version().equals(version))
                .map(Entry::at)
                .reduce((earlier, later) -> later);
    }

    private Optional<InForce<Entry>> covered(long lastBatch) {
        for (int i = inForce.size() - 1; i >= 0; i--) {
            if (inForce.get(i).entry().cut() <= lastBatch) {
                return Optional.of(inForce.get(i));
            }
        }
        return Optional.empty();
    }
}
