package io.datastreamx.serving.lake;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import io.datastreamx.lake.LogFollower.Changes;
import io.datastreamx.lake.TableState;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Which Parquet files hold the raw log after a cut, and which the opportunities of a version. Looked up only when an
 * event-level report asks: the logs are read after the transaction's ledger was, so every batch that counts is in the
 * files found. Thread-safe.
 */
final class EventFiles {
    private static final int VERSIONS_REMEMBERED = 4;
    private static final int LATEST_DAYS = 2;

    /** A file of the raw log and the ingest batches in it. */
    private record LogFile(String path, long firstBatch, long lastBatch) {}

    private final Lake lake;
    private final Object reading = new Object();
    private final Map<String, LogFile> events = new LinkedHashMap<>();
    /** By the Delta version: a batch version may be published again under its name, with other rows. */
    private final Map<Long, List<String>> opportunities = new LinkedHashMap<>();

    private LogFollower follower;

    EventFiles(Lake lake) {
        this.lake = lake;
        this.follower = lake.table(Table.EVENTS).follow();
    }

    /** Files with events of batches after the cut of the transaction's position and up to its last one. */
    synchronized List<String> events(ReadTransaction transaction) {
        follow(transaction);
        long cut = transaction.position().cut();
        long last = transaction.position().ingestBatch();
        lake.copies()
                .drop(events.values().stream()
                        .filter(file -> file.lastBatch() <= cut)
                        .map(LogFile::path)
                        .toList());
        return lake.copies()
                .of(events.values().stream()
                        .filter(file -> file.lastBatch() > cut && file.firstBatch() <= last)
                        .map(LogFile::path)
                        .toList());
    }

    private void follow(ReadTransaction transaction) {
        Changes changes = follower.catchUp();
        if (changes.replaces()) {
            forgetEvents();
        }
        Set<String> removed = Set.copyOf(changes.removed());
        List<String> came = Stream.concat(changes.added().stream(), changes.rewritten().stream())
                .map(AddedFile::path)
                .filter(path -> !removed.contains(path))
                .toList();
        removed.forEach(events::remove);
        lake.copies().drop(List.copyOf(removed));
        if (came.isEmpty()) {
            return;
        }
        try {
            look(came, transaction);
        } catch (RuntimeException e) {
            // The log says no second time what came in.
            forget();
            throw e;
        }
    }

    private void look(List<String> came, ReadTransaction transaction) {
        Map<String, String> byLocalPath = new HashMap<>();
        List<String> local = lake.copies().of(came);
        for (int i = 0; i < came.size(); i++) {
            byLocalPath.put(local.get(i), came.get(i));
        }
        transaction
                .rows(
                        "SELECT file_name, coalesce(min(CAST(stats_min_value AS BIGINT)), -1), coalesce(max(CAST(stats_max_value AS BIGINT)), "
                                + Long.MAX_VALUE + ") FROM parquet_metadata(" + Parquet.list(local)
                                + ") WHERE path_in_schema = 'ingest_batch' GROUP BY file_name",
                        List.of(),
                        row -> new LogFile(byLocalPath.get(row.getString(1)), row.getLong(2), row.getLong(3)))
                .forEach(file -> events.put(file.path(), file));
    }

    /**
     * Hands on the raw log's files of a day and the next one, on which what follows from it may lie, or of the two
     * latest days. One reader at a time: what is copied for one is deleted after it.
     *
     * @return the days that there are files of
     */
    List<LocalDate> read(Optional<LocalDate> day, Consumer<List<String>> reader) {
        synchronized (reading) {
            TableState state = lake.table(Table.EVENTS).state();
            SortedMap<LocalDate, Set<String>> there = state.byDay();
            List<LocalDate> days = day.isPresent()
                    ? Stream.of(day.get(), day.get().plusDays(1))
                            .filter(there::containsKey)
                            .toList()
                    : there.keySet().stream()
                            .skip(Math.max(0, there.size() - LATEST_DAYS))
                            .toList();
            List<String> files =
                    days.stream().flatMap(each -> there.get(each).stream()).toList();
            if (!files.isEmpty()) {
                reader.accept(lake.copies().of(files));
                synchronized (this) {
                    lake.copies()
                            .drop(files.stream()
                                    .filter(file -> !events.containsKey(file))
                                    .toList());
                }
            }
            return days;
        }
    }

    /** Files with the opportunities of the version in force for the transaction. */
    synchronized List<String> opportunities(ReadTransaction transaction) {
        List<String> files = opportunities.computeIfAbsent(
                transaction.opportunities(), delta -> lake.table(Table.AD_OPPORTUNITIES).state(delta).files().stream()
                        .map(TableState.DayFile::path)
                        .toList());
        if (opportunities.size() > VERSIONS_REMEMBERED) {
            lake.copies()
                    .drop(opportunities.remove(opportunities.keySet().iterator().next()));
        }
        return lake.copies().of(files);
    }

    /** Starts over from the tables' present state: files that were listed are gone, since maintenance rewrote them. */
    synchronized void forget() {
        forgetEvents();
        opportunities.values().forEach(lake.copies()::drop);
        opportunities.clear();
        follower = lake.table(Table.EVENTS).follow();
    }

    private void forgetEvents() {
        lake.copies().drop(List.copyOf(events.keySet()));
        events.clear();
    }
}
