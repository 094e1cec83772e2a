package io.datastreamx.serving;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.contract.ledger.OffsetRange;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType.Primitive;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.NewFile;
import io.datastreamx.lake.Versions;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;

/**
 * A real lake in a folder, written as ingest and the nightly rebuild write it, with rows that a test states by hand.
 */
public final class TestLake {
    public static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    public final Lake lake;
    private final Ledger ledger;
    private long offset;
    private int versionRows;
    private Grains grains = Grains.MINUTES;

    public TestLake(Path folder) {
        this.lake = new Lake("file://" + folder.toAbsolutePath());
        this.ledger = new Ledger(lake);
    }

    /** A rollup row: name/value pairs of dimensions, sums and {@code devices}; sums that are not named are zero. */
    public static Map<String, Object> row(Rollup rollup, Instant minute, Object... pairs) {
        Map<String, Object> row = zeros(Table.BATCH_ROLLUPS);
        row.put(Rollup.COLUMN, rollup.id());
        row.put(Rollup.MINUTE, minute);
        return with(row, pairs);
    }

    private static Map<String, Object> zeros(Table table) {
        Map<String, Object> row = new HashMap<>();
        for (Column column : table.columns()) {
            row.put(column.name(), column.type() == Primitive.LONG ? (Object) 0L : null);
        }
        return row;
    }

    private static Map<String, Object> with(Map<String, Object> row, Object... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            row.put((String) pairs[i], value instanceof Integer number ? Long.valueOf(number) : value);
        }
        return row;
    }

    /** A sketch as Spark's aggregation writes it. */
    public static byte[] sketch(int firstDevice, int devices) {
        HllSketch sketch = new HllSketch(DeviceSketch.LG_K, TgtHllType.HLL_8);
        for (int i = 0; i < devices; i++) {
            sketch.update("device-" + (firstDevice + i));
        }
        return sketch.toUpdatableByteArray();
    }

    /** Live rows of a batch, without its ledger row. */
    @SafeVarargs
    public final void live(long batch, Map<String, Object>... rows) {
        lake.table(Table.LIVE).append("ingest", batch, inBatch(batch, rows));
    }

    /** Rows of a table with nested columns, as a DuckDB query; committed in one Parquet file. */
    public void nested(DeltaTable table, String appId, long version, String select) throws Exception {
        table.createIfAbsent();
        Path file = Path.of(URI.create(table.uri()).getPath(), appId + "-" + version + ".parquet");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            duck.createStatement().execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
        }
        table.addFiles(
                appId,
                version,
                List.of(NewFile.of(
                        dayOf(T0), new DataFileStatus("file://" + file, Files.size(file), 0L, Optional.empty()))));
    }

    private static LocalDate dayOf(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private void replaceRollups(Predicate<LocalDate> days, List<Map<String, Object>> rows, String version) {
        DeltaTable table = lake.table(Table.BATCH_ROLLUPS);
        table.createIfAbsent();
        String removed = table.state().files().stream()
                .filter(file -> days.test(file.day()))
                .map(file -> "{\"remove\":{\"path\":\""
                        + file.path()
                                .substring(URI.create(table.uri()).getPath().length() + 1)
                        + "\",\"deletionTimestamp\":0,\"dataChange\":true}}\n")
                .collect(Collectors.joining());
        if (!removed.isEmpty()) {
            String commit = "%s/_delta_log/%020d.json"
                    .formatted(table.uri(), table.state().version() + 1);
            lake.files().write(commit, removed.getBytes(StandardCharsets.UTF_8));
        }
        table.append(
                "night-" + version,
                versionRows,
                rows.stream()
                        .map(row -> with(new HashMap<>(row), Table.DAY, dayOf((Instant) row.get(Rollup.MINUTE))))
                        .toList());
    }

    /** Writes a checkpoint and deletes the commits before it, as is done to a log that grows long. */
    public void cleanLog(Table table) throws IOException {
        Path log = Path.of(URI.create(lake.uri(table)).getPath(), "_delta_log");
        List<String> commits;
        try (Stream<Path> files = Files.list(log)) {
            commits = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{20}\\.json"))
                    .sorted()
                    .toList();
        }
        Engine engine = DefaultEngine.create(lake.hadoop());
        io.delta.kernel.Table.forPath(engine, lake.uri(table)).checkpoint(engine, commits.size() - 1L);
        for (String commit : commits.subList(0, commits.size() - 1)) {
            Files.delete(log.resolve(commit));
        }
    }

    /** The ledger row of a batch that found ten records and missed others. */
    public void ledger(long batch, long absent, LostRange... lost) {
        long size = 10 + absent + Arrays.stream(lost).mapToLong(LostRange::size).sum();
        TreeMap<String, OffsetRange> offsets =
                new TreeMap<>(Map.of("ad-requests-0", new OffsetRange(offset, offset + size)));
        offset += size;
        ledger.append(new LedgerEntry(
                batch, "ingest", 7, 2, 1, 3, absent, List.of(lost), offsets, Optional.of(T0), Optional.of(T0), T0));
    }

    /** The ledger row that makes a batch of ten records complete. */
    public void ledger(long batch) {
        ledger(batch, T0);
    }

    public void ledger(long batch, Instant appended) {
        TreeMap<String, OffsetRange> offsets =
                new TreeMap<>(Map.of("ad-requests-0", new OffsetRange(offset, offset + 10)));
        offset += 10;
        ledger.append(new LedgerEntry(
                batch, "ingest", 7, 2, 1, offsets, Optional.of(appended), Optional.of(appended), appended));
    }

    @SafeVarargs
    public final void complete(long batch, Map<String, Object>... rows) {
        live(batch, rows);
        ledger(batch);
    }

    /** As a night that builds all days anew. */
    @SafeVarargs
    public final void publish(String version, long cut, Map<String, Object>... rows) {
        replaceRollups(day -> true, List.of(rows), version);
        publishWhatIsThere(version, cut);
    }

    /** By which the versions to come say that they keep their rows; whether they do is up to the rows. */
    public void keep(Grains kept) {
        grains = kept;
    }

    /** As a night that builds the days of these rows. */
    @SafeVarargs
    public final void publishDays(String version, long cut, Map<String, Object>... rows) {
        Set<LocalDate> days = Arrays.stream(rows)
                .map(row -> dayOf((Instant) row.get(Rollup.MINUTE)))
                .collect(Collectors.toSet());
        replaceRollups(days::contains, List.of(rows), version);
        publishWhatIsThere(version, cut);
    }

    public void publishWhatIsThere(String version, long cut) {
        versionRow(Versions.Action.PUBLISH, version, cut, lake.batchState());
    }

    public void flip(String version, long cut) {
        versionRow(Versions.Action.FLIP, version, cut, tables(version));
    }

    public void rollback(String version, long cut) {
        versionRow(Versions.Action.ROLLBACK, version, cut, tables(version));
    }

    /** Those of its publication, and for a version that was none the present ones. */
    private Map<Table, Long> tables(String version) {
        return lake.versions().read().entries().stream()
                .filter(entry -> entry.version().equals(version))
                .reduce((earlier, later) -> later)
                .map(Versions.Entry::tables)
                .orElseGet(lake::batchState);
    }

    private void versionRow(Versions.Action action, String version, long cut, Map<Table, Long> tables) {
        lake.versions()
                .append(
                        "night",
                        versionRows,
                        before -> new Versions.Entry(
                                T0.plusSeconds(versionRows), action, version, cut, "r", 0, 0, tables, grains));
        versionRows++;
    }

    private static List<Map<String, Object>> inBatch(long batch, Map<String, Object>[] rows) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            Map<String, Object> copy = new HashMap<>(row);
            copy.put("ingest_batch", batch);
            all.add(copy);
        }
        return all;
    }
}
