package io.datastreamx.serving.lake;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LogFollower;
import io.datastreamx.lake.LogFollower.AddedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which Parquet files hold the raw log after a cut, and which the opportunities of a version. Looked up only when an
 * event-level report asks: the logs are read after the transaction's ledger was, so every batch that counts is in the
 * files found. Thread-safe.
 */
final class EventFiles {
    private static final int VERSIONS_REMEMBERED = 4;

    /** A file of the raw log and the ingest batches in it. */
    private record LogFile(String path, long firstBatch, long lastBatch) {}

    private final Lake lake;
    private final List<LogFile> events = new ArrayList<>();
    private final Map<String, List<String>> opportunities = new LinkedHashMap<>();
    private LogFollower follower;

    EventFiles(Lake lake) {
        this.lake = lake;
        this.follower = lake.table(Table.EVENTS).follow();
    }

    /** Files with events of batches after the cut of the transaction's position and up to its last one. */
    synchronized List<String> events(ReadTransaction transaction) {
        List<String> added =
                follower.poll().added().stream().map(AddedFile::path).toList();
        if (!added.isEmpty()) {
            Map<String, String> byLocalPath = new HashMap<>();
            List<String> local = lake.copies().of(added);
            for (int i = 0; i < added.size(); i++) {
                byLocalPath.put(local.get(i), added.get(i));
            }
            events.addAll(transaction.rows(
                    "SELECT file_name, coalesce(min(CAST(stats_min_value AS BIGINT)), -1), coalesce(max(CAST(stats_max_value AS BIGINT)), "
                            + Long.MAX_VALUE + ") FROM parquet_metadata(" + Parquet.list(local)
                            + ") WHERE path_in_schema = 'ingest_batch' GROUP BY file_name",
                    List.of(),
                    row -> new LogFile(byLocalPath.get(row.getString(1)), row.getLong(2), row.getLong(3))));
        }
        long cut = transaction.position().cut();
        long last = transaction.position().ingestBatch();
        lake.copies()
                .drop(events.stream()
                        .filter(file -> file.lastBatch() <= cut)
                        .map(LogFile::path)
                        .toList());
        return lake.copies()
                .of(events.stream()
                        .filter(file -> file.lastBatch() > cut && file.firstBatch() <= last)
                        .map(LogFile::path)
                        .toList());
    }

    synchronized List<String> opportunities(String version) {
        List<String> files = opportunities.computeIfAbsent(
                version, v -> lake.table(v, Table.AD_OPPORTUNITIES).follow().poll().added().stream()
                        .map(AddedFile::path)
                        .toList());
        if (opportunities.size() > VERSIONS_REMEMBERED) {
            lake.copies()
                    .drop(opportunities.remove(opportunities.keySet().iterator().next()));
        }
        return lake.copies().of(files);
    }

    /** Starts over from the tables' present state: files that were listed are gone, since maintenance rewrote them. */
    synchronized void forget() {
        lake.copies().drop(events.stream().map(LogFile::path).toList());
        opportunities.values().forEach(lake.copies()::drop);
        events.clear();
        opportunities.clear();
        follower = lake.table(Table.EVENTS).follow();
    }
}
