package io.datastreamx.bench;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.ColumnType.Primitive;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.NewFile;
import io.datastreamx.lake.Versions;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The batch tables of a long history, made by DuckDB and committed as a night commits them: the rows that 30,000 boxes
 * leave on 60 channels, with 12 aggregators, 300 ads, 10 regions and 4 models; the last two days by the minute, what is
 * older by the hour. Sums are drawn from a hash of the row, so that a row that is lost or counted twice shows.
 *
 * @param end the first minute that it does not have
 * @param days how long it is, the day of the end included
 * @param requests rows a day in {@code ad_opportunities}
 */
record ReportHistory(Instant end, int days, int requests) {
    private static final Duration DETAIL = Duration.ofDays(2);
    private static final String VERSION = "history";
    private static final int SKETCHES = 8;
    private static final int BOXES_IN_SKETCH = 12;
    /** The dimensions of each rollup by what numbers them, and of how many rows one is there in a minute. */
    private static final List<Part> PARTS = List.of(
            new Part(Rollup.AGGREGATOR_CHANNEL, 12 * 60, 1, "aggregator_id", "i % 12", Context.CHANNEL_ID, "i // 12"),
            new Part(
                    Rollup.AGGREGATOR_REGION_DEVICE_MODEL,
                    12 * 40,
                    1,
                    "aggregator_id",
                    "i % 12",
                    Context.REGION,
                    "i // 12 % 10",
                    Context.DEVICE_MODEL,
                    "i // 120"),
            new Part(Rollup.AGGREGATOR_AD, 12 * 300, 4, "aggregator_id", "i % 12", "ad_id", "i // 12"),
            new Part(
                    Rollup.PREVIOUS_CHANNEL_CHANNEL,
                    60 * 60,
                    4,
                    Context.PREVIOUS_CHANNEL_ID,
                    "i % 60",
                    Context.CHANNEL_ID,
                    "i // 60"));

    private record Part(Rollup rollup, int combinations, int oneInMinute, String... dimensions) {
        /** @return the number of a dimension's value, as SQL; empty where the rollup has no such dimension */
        Optional<String> number(String dimension) {
            for (int i = 0; i < dimensions.length; i += 2) {
                if (dimensions[i].equals(dimension)) {
                    return Optional.of(dimensions[i + 1]);
                }
            }
            return Optional.empty();
        }
    }

    /** Writes it and brings it into force. @param cut last ingest batch, of which it has nothing */
    void write(Lake lake, long cut) throws IOException, SQLException {
        List<NewFile> rollups = new ArrayList<>();
        List<NewFile> opportunities = new ArrayList<>();
        lake.table(Table.BATCH_ROLLUPS).createIfAbsent();
        lake.table(Table.AD_OPPORTUNITIES).createIfAbsent();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            execute(duck, "SET threads = 2");
            execute(duck, "SET TimeZone = 'UTC'");
            for (int back = days - 1; back >= 0; back--) {
                LocalDate day = end.atZone(ZoneOffset.UTC).toLocalDate().minusDays(back);
                rollups.add(file(duck, lake.table(Table.BATCH_ROLLUPS), day, rollups(day)));
                opportunities.add(file(duck, lake.table(Table.AD_OPPORTUNITIES), day, opportunities(day)));
            }
        }
        lake.table(Table.BATCH_ROLLUPS).addFiles(VERSION, 0, rollups);
        lake.table(Table.AD_OPPORTUNITIES).addFiles(VERSION, 0, opportunities);
        for (Versions.Action action : List.of(Versions.Action.PUBLISH, Versions.Action.FLIP)) {
            lake.versions()
                    .append(
                            VERSION,
                            action.ordinal(),
                            before -> new Versions.Entry(
                                    Instant.now(), action, VERSION, cut, VERSION, 0, 0, lake.batchState()));
        }
    }

    private static NewFile file(Connection duck, DeltaTable table, LocalDate day, String select)
            throws IOException, SQLException {
        Path folder = Path.of(URI.create(table.uri()).getPath(), Table.DAY + "=" + day);
        Files.createDirectories(folder);
        Path file = folder.resolve("history.parquet");
        execute(duck, "COPY (" + select + ") TO '" + file + "' (FORMAT parquet, COMPRESSION snappy)");
        return NewFile.of(day, new DataFileStatus("file://" + file, Files.size(file), 0L, Optional.empty()));
    }

    private String rollups(LocalDate day) {
        Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = from.plus(Duration.ofDays(1)).isBefore(end) ? from.plus(Duration.ofDays(1)) : end;
        int grain = isDetailed(day) ? 1 : 60;
        long steps = Duration.between(from, to).toMinutes() / grain;
        return PARTS.stream().map(part -> rollups(part, from, steps, grain)).collect(Collectors.joining(" UNION ALL "));
    }

    /** Whole days, so that all that is older has whole hours. */
    private boolean isDetailed(LocalDate day) {
        return !day.isBefore(
                end.minus(DETAIL).atZone(ZoneOffset.UTC).toLocalDate().plusDays(1));
    }

    private static String rollups(Part part, Instant from, long steps, int grain) {
        String columns = Table.BATCH_ROLLUPS.columns().stream()
                .map(column -> rollupValue(part, column, from, grain) + " AS " + column.name())
                .collect(Collectors.joining(", "));
        String rows = "SELECT s, i, hash(s + " + from.getEpochSecond() / 60 + ", i, '"
                + part.rollup().id() + "') AS h FROM range(" + steps + ") AS steps(s), range(" + part.combinations()
                + ") AS cells(i)";
        return "SELECT " + columns + " FROM (" + rows + ") WHERE "
                + (grain == 1 ? "h % " + part.oneInMinute() + " = 0" : "true");
    }

    private static String rollupValue(Part part, Column column, Instant from, int grain) {
        return switch (column.name()) {
            case Rollup.COLUMN -> "'" + part.rollup().id() + "'";
            case Rollup.MINUTE -> "TIMESTAMPTZ '" + from + "' + to_minutes(s * " + grain + ")";
            case DeviceSketch.COLUMN -> sketch();
            default ->
                column.type() == Primitive.LONG
                        ? sum(column.name())
                        : part.number(column.name())
                                .map(number -> name(column.name(), number))
                                .orElse("NULL::VARCHAR");
        };
    }

    private String opportunities(LocalDate day) {
        Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = from.plus(Duration.ofDays(1)).isBefore(end) ? from.plus(Duration.ofDays(1)) : end;
        long minutes = Duration.between(from, to).toMinutes();
        String columns = Table.AD_OPPORTUNITIES.columns().stream()
                .map(column -> opportunityValue(column, day, from) + " AS " + column.name())
                .collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM (SELECT i, hash(i, '" + day + "') AS h, i * " + minutes + " // " + requests
                + " AS s FROM range(" + requests + ") AS requests(i))";
    }

    private static String opportunityValue(Column column, LocalDate day, Instant from) {
        if (column.name().equals("facts") && column.type() instanceof ColumnType.Structs facts) {
            return facts.fields().stream()
                    .map(field -> field.name() + " := " + factValue(field, from))
                    .collect(Collectors.joining(", ", "[struct_pack(", ")]"));
        }
        return switch (column.name()) {
            case "request_id" -> "'" + day + "-' || i";
            case "request_time" -> "TIMESTAMPTZ '" + from + "' + to_minutes(s)";
            case "device" -> "'device-' || h % 30000";
            case Context.CHANNEL_ID, Context.PREVIOUS_CHANNEL_ID -> name(column.name(), "h % 60");
            case Context.LAST_AD_ID -> name("ad_id", "h // 64 % 300");
            case Context.REGION -> name(column.name(), "h // 8 % 10");
            case Context.DEVICE_MODEL -> name(column.name(), "h // 16 % 4");
            default ->
                "NULL::"
                        + (column.type() == Primitive.DOUBLE
                                ? "DOUBLE"
                                : column.type() == Primitive.BOOLEAN ? "BOOLEAN" : "VARCHAR");
        };
    }

    private static String factValue(Column column, Instant from) {
        return switch (column.name()) {
            case Rollup.MINUTE -> "TIMESTAMPTZ '" + from + "' + to_minutes(s)";
            case "aggregator_id" -> name(column.name(), "h // 32 % 12");
            case "ad_id" -> name(column.name(), "h // 128 % 300");
            default -> sum(column.name());
        };
    }

    private static String name(String dimension, String number) {
        return "'" + dimension.replace("_id", "").replace("previous_channel", "channel") + "-' || (" + number + ")";
    }

    /** From 0 to 7, of a row and a column. */
    private static String sum(String column) {
        return "CAST((h >> " + Math.floorMod(column.hashCode(), 60) + ") & 7 AS BIGINT)";
    }

    private static String sketch() {
        StringBuilder sketch = new StringBuilder("CASE h % " + SKETCHES);
        for (int i = 0; i < SKETCHES; i++) {
            DeviceSketch.Builder builder = new DeviceSketch.Builder();
            for (int box = 0; box < BOXES_IN_SKETCH; box++) {
                builder.add("device-" + (i * BOXES_IN_SKETCH + box));
            }
            sketch.append(" WHEN " + i + " THEN from_hex('" + HexFormat.of().formatHex(builder.toBytes()) + "')");
        }
        return sketch.append(" END").toString();
    }

    private static void execute(Connection duck, String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first minute of the hour that lies so long before the end. */
    Instant before(Duration time) {
        return end.minus(time)
                .truncatedTo(time.compareTo(Duration.ofHours(2)) > 0 ? ChronoUnit.HOURS : ChronoUnit.MINUTES);
    }
}
