package io.datastreamx.warehouse.views;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.measure.Rollup;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * History and the present as one: rows of the version in force up to its cut, rows of complete ingest batches after it.
 * Version and cut are literals; a flip or a rollback rewrites these views and touches no data.
 *
 * <p>The rows are partial: those with equal keys are to be summed. Nothing is aggregated here, so that a filter on
 * {@code day}, which the batch tables require, reaches them through the UNION ALL.
 */
public final class MergedViews {
    public static final String ROLLUPS = "rollups";
    public static final String OPPORTUNITIES = "ad_opportunities";
    public static final String POSITION = "position";
    static final String MINUTES_FROM = "minutes_from";
    static final String HOURS_FROM = "hours_from";
    /** By which {@link Grain} the day of a row of rollups is kept. */
    public static final String GRAIN = "grain";
    /** {@code batch} or {@code live}: which side of the cut a row comes from. */
    public static final String SIDE = "side";

    private static final List<String> REQUEST_CONTEXT = Stream.concat(
                    Stream.of("request_id", "device"), Context.NAMES.stream())
            .toList();
    private static final List<String> FACT_KEYS = List.of("aggregator_id", "ad_id", "reason");

    private final Dataset dataset;
    private final InForce inForce;

    public MergedViews(Dataset dataset, InForce inForce) {
        this.dataset = dataset;
        this.inForce = inForce;
    }

    /** In the order in which a flip rewrites them: what dashboards read comes last. */
    public List<BigQueryView> all() {
        return List.of(position(), opportunities(), rollups());
    }

    /** The rows of all rollups, by minute, and of older days by hour or day. */
    public BigQueryView rollups() {
        List<String> plain = rollupColumns();
        List<BigQueryView.Column> columns = new ArrayList<>(List.of(
                new BigQueryView.Column(BigQueryTables.DAY, "Day of the event time, UTC. Filter on it."),
                new BigQueryView.Column(
                        GRAIN,
                        "minute, hour or day: the finest by which the day can be told, since its batch rows are kept by it."),
                new BigQueryView.Column(SIDE, "batch: up to the cut; live: after it."),
                new BigQueryView.Column("ingest_batch", "The ingest batch of a live row.")));
        BigQueryTables.live().columns().stream()
                .filter(column -> plain.contains(column.name()))
                .forEach(column -> columns.add(new BigQueryView.Column(column.name(), column.meaning())));
        return new BigQueryView(
                ROLLUPS,
                "All rollups, history and present, " + covered() + ". Rows are partial: sum those with equal keys.",
                columns,
                united(batchRollups(), liveRollups()));
    }

    /** The view's rows of the version in force, as a query; empty without a version. */
    public Optional<String> batchRollups() {
        return inForce.version()
                .map(version -> "SELECT day, " + grainOf("day") + " AS grain, 'batch' AS side,"
                        + " CAST(NULL AS INT64) AS ingest_batch, " + GoogleSql.names(rollupColumns()) + "\nFROM "
                        + dataset.quoted(BigQueryTables.rollups(version).name()));
    }

    /** The view's rows after the cut, as a query. */
    public String liveRollups() {
        return "SELECT DATE(minute, 'UTC') AS day, " + grainOf("DATE(minute, 'UTC')")
                + " AS grain, 'live' AS side, ingest_batch, " + GoogleSql.names(rollupColumns())
                + "\nFROM " + dataset.quoted(BigQueryTables.live().name()) + "\n" + completeAfterTheCut()
                + "\nWHERE ingest_batch > " + inForce.cut();
    }

    /** The boundaries are literals, as the cut is. */
    private String grainOf(String day) {
        Grains grains = inForce.grains();
        StringBuilder cases = new StringBuilder();
        for (Grain grain : List.of(Grain.HOUR, Grain.MINUTE)) {
            LocalDate from = grains.from(grain);
            if (!from.equals(LocalDate.MIN)) {
                cases.append(" WHEN ").append(day).append(" < ").append(GoogleSql.date(from));
                cases.append(" THEN ")
                        .append(GoogleSql.text(grains.of(from.minusDays(1)).id()));
            }
        }
        String minute = GoogleSql.text(Grain.MINUTE.id());
        return cases.isEmpty() ? minute : "CASE" + cases + " ELSE " + minute + " END";
    }

    private static List<String> rollupColumns() {
        List<String> columns = new ArrayList<>(List.of(Rollup.COLUMN, Rollup.MINUTE));
        columns.addAll(Rollup.DIMENSIONS);
        columns.addAll(Sums.columns());
        columns.add(DeviceSketch.COLUMN);
        return columns;
    }

    private static String united(Optional<String> batch, String live) {
        return batch.map(query -> query + "\nUNION ALL\n").orElse("") + live;
    }

    /** What happened to requests, by minute, aggregator, ad and reason, with the request's context. */
    public BigQueryView opportunities() {
        List<BigQueryView.Column> columns = new ArrayList<>(List.of(
                new BigQueryView.Column(BigQueryTables.DAY, "Day of the event time, UTC. Filter on it."),
                new BigQueryView.Column(SIDE, "batch: up to the cut; live: after it."),
                new BigQueryView.Column("ingest_batch", "The ingest batch of a live row."),
                new BigQueryView.Column(Rollup.MINUTE, "Minute of the event time.")));
        List<String> keys = new ArrayList<>(REQUEST_CONTEXT);
        keys.addAll(FACT_KEYS);
        BigQueryTables.events().columns().stream()
                .filter(column -> keys.contains(column.name()))
                .sorted(java.util.Comparator.comparingInt(column -> keys.indexOf(column.name())))
                .forEach(column -> columns.add(new BigQueryView.Column(column.name(), column.meaning())));
        Sums.all().forEach(sum -> columns.add(new BigQueryView.Column(sum.column(), sum.meaning())));
        return new BigQueryView(
                OPPORTUNITIES,
                "What happened to each request, history and present, " + covered()
                        + ". Rows are partial: sum those with equal keys.",
                columns,
                united(batchOpportunities(), liveOpportunities()));
    }

    /** The view's rows of the version in force, as a query; empty without a version. */
    public Optional<String> batchOpportunities() {
        return inForce.version().map(this::batchOpportunities);
    }

    private String batchOpportunities(String version) {
        List<String> facts = new ArrayList<>(FACT_KEYS);
        facts.addAll(Sums.columns());
        return "SELECT day, 'batch' AS side, CAST(NULL AS INT64) AS ingest_batch, fact.minute, "
                + String.join(", ", REQUEST_CONTEXT) + ", "
                + facts.stream().map(column -> "fact." + column).collect(Collectors.joining(", "))
                + "\nFROM "
                + dataset.quoted(BigQueryTables.opportunities(version).name()) + ", UNNEST(facts) AS fact";
    }

    /** The view's rows after the cut, as a query. */
    public String liveOpportunities() {
        return "SELECT DATE(" + Rollup.COUNTED_TIME + ", 'UTC') AS day, 'live' AS side, ingest_batch,"
                + " TIMESTAMP_TRUNC(" + Rollup.COUNTED_TIME + ", MINUTE, 'UTC') AS minute, "
                + String.join(", ", REQUEST_CONTEXT) + ", " + String.join(", ", FACT_KEYS)
                + Sums.all().stream()
                        .map(sum -> ",\n  " + sum.contribution() + " AS " + sum.column())
                        .collect(Collectors.joining())
                + "\nFROM " + dataset.quoted(BigQueryTables.events().name()) + "\n" + completeAfterTheCut()
                + "\nWHERE ingest_batch > " + inForce.cut()
                + " AND NOT duplicate AND request_id IS NOT NULL AND NOT (" + Rollup.EXCLUDED_EVENTS + ")";
    }

    /** How far the answers of these views reach: one row. */
    public BigQueryView position() {
        String version = inForce.version().map(GoogleSql::text).orElse("CAST(NULL AS STRING)");
        return new BigQueryView(
                POSITION,
                "How far the merged views reach, " + covered() + ".",
                List.of(
                        new BigQueryView.Column("version", "The batch version in force."),
                        new BigQueryView.Column("cut", "Last ingest batch that it covers."),
                        new BigQueryView.Column(
                                MINUTES_FROM, "Since this day reports can go by the minute; null: since ever."),
                        new BigQueryView.Column(
                                HOURS_FROM, "Since this day they can go by the hour; null: since ever."),
                        new BigQueryView.Column("ingest_batch", "Last ingest batch that merged answers cover."),
                        new BigQueryView.Column("offsets", "JSON: topic-partition to [start, end) of that batch."),
                        new BigQueryView.Column("max_append_time", "Append time of the newest record after the cut.")),
                "SELECT " + version + " AS version, " + inForce.cut() + " AS cut, "
                        + date(Grain.MINUTE) + " AS " + MINUTES_FROM + ", " + date(Grain.HOUR) + " AS " + HOURS_FROM
                        + ", GREATEST(" + inForce.cut()
                        + ", IFNULL(MAX(ingest_batch), -1)) AS ingest_batch,\n"
                        + "  ARRAY_AGG(offsets ORDER BY ingest_batch DESC LIMIT 1)[SAFE_OFFSET(0)] AS offsets, MAX(max_append_time) AS max_append_time\n"
                        + "FROM " + dataset.quoted(BigQueryTables.ledger().name())
                        + "\nWHERE ingest_batch >= " + inForce.cut());
    }

    private String date(Grain grain) {
        LocalDate from = inForce.grains().from(grain);
        return from.equals(LocalDate.MIN) ? "CAST(NULL AS DATE)" : GoogleSql.date(from);
    }

    /**
     * Of each batch the rows of one attempt: those that a killed or repeated write left behind carry another attempt's
     * name, or have no row in the ledger yet.
     */
    private String completeAfterTheCut() {
        return "JOIN (\n  SELECT ingest_batch, MIN(write_id) AS write_id\n  FROM "
                + dataset.quoted(BigQueryTables.ledger().name()) + "\n  WHERE ingest_batch > " + inForce.cut()
                + "\n  GROUP BY ingest_batch) AS complete\nUSING (ingest_batch, write_id)";
    }

    private String covered() {
        return inForce.version()
                .map(version -> "batch version " + version + " up to ingest batch " + inForce.cut() + ", live after it")
                .orElse("all of it live, since no batch version is in force yet");
    }
}
