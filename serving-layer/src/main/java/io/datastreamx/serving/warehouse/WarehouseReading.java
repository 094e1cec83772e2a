package io.datastreamx.serving.warehouse;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.LostRange;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Group;
import io.datastreamx.serving.report.LedgerBatch;
import io.datastreamx.serving.report.LedgerTotals;
import io.datastreamx.serving.report.Opportunity;
import io.datastreamx.serving.report.OpportunityQuery;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportPlan;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.ReportRows;
import io.datastreamx.serving.report.Sight;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A look at BigQuery's tables as of one position: what was written after it is left out of every statement. */
final class WarehouseReading implements Reading {
    /** Sketches that one report may fetch, 4 KiB each at most. */
    private static final int MOST_SKETCHES = 20_000;

    private final Dataset dataset;
    private final Told told;
    private final AnswerCache answers;
    private final ReportLimits limits;

    /** What the view {@code position} has told. @param offsets end offsets (exclusive) by {@code topic-partition} */
    record Told(Position position, Map<String, Long> offsets, Optional<Instant> dataAsOf) {}

    /** @param answers of this position */
    WarehouseReading(Dataset dataset, Told told, AnswerCache answers, ReportLimits limits) {
        this.limits = limits;
        this.dataset = dataset;
        this.told = told;
        this.answers = answers;
    }

    /** Whether a later look at BigQuery has found nothing else. */
    boolean isOf(Told told) {
        return this.told.equals(told);
    }

    @Override
    public Position position() {
        return told.position();
    }

    @Override
    public Report report(ReportQuery query) {
        ReportPlan plan = ReportPlan.of(query, position().grains());
        MergedSql sql = new MergedSql(dataset, position(), plan);
        Map<List<Object>, DeviceSketch> sketches = plan.query().needsSketch() ? sketches(plan, sql) : Map.of();
        ReportRows rows = plan.rows(limits);
        for (Map<String, Object> row : answers.rows(sql.sums(plan.groupsRead(limits)))) {
            List<Object> key = key(plan, row);
            Map<String, Number> sums = new HashMap<>();
            plan.query().sumsNeeded().forEach(sum -> sums.put(sum, (Long) row.get(sum)));
            rows.add(new Group(
                    key, sums, sketches.getOrDefault(key, new DeviceSketch()).estimate()));
        }
        return plan.report(position(), offsetsOf(plan.covered(position())), rows);
    }

    @Override
    public Opportunity opportunity(OpportunityQuery query, Sight sight) {
        throw new BadQueryException(
                "one request's events are told from the lake, and this server reads BigQuery: ask the table events there for its request_id, or a server with serving.source = lake");
    }

    private Map<List<Object>, DeviceSketch> sketches(ReportPlan plan, MergedSql sql) {
        List<Map<String, Object>> rows = answers.rows(sql.sketches(MOST_SKETCHES + 1));
        if (rows.size() > MOST_SKETCHES) {
            throw new BadQueryException(
                    "unique_devices would unite more than " + MOST_SKETCHES
                            + " sketches fetched from BigQuery. Ask for a shorter time, or read the views <rollup>_devices_by_<grain> there");
        }
        Map<List<Object>, DeviceSketch> sketches = new HashMap<>();
        rows.forEach(row -> sketches.computeIfAbsent(key(plan, row), key -> new DeviceSketch())
                .add((byte[]) row.get(DeviceSketch.COLUMN)));
        return sketches;
    }

    private static List<Object> key(ReportPlan plan, Map<String, Object> row) {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < plan.query().by().size(); i++) {
            Object value = row.get(ReportPlan.key(i));
            key.add(plan.query().by().get(i).dimension().isTime() ? Group.time((Long) value) : value);
        }
        return key;
    }

    /** Asks once for what every status tells, so that it can be told while BigQuery does not answer. */
    void bringLosses() {
        if (ledgerTotals().lost() > 0) {
            lostRanges(LOSSES_TOLD);
        }
    }

    @Override
    public LedgerTotals ledgerTotals() {
        Map<String, Object> row = answers.rows(statement("SELECT COUNT(*) AS n"
                        + LedgerTotals.COLUMNS.stream()
                                .map(sum -> ", IFNULL(SUM(" + sum + "), 0) AS " + sum)
                                .reduce("", String::concat)
                        + "\nFROM (" + ledger(LedgerTotals.COLUMNS) + ")"))
                .get(0);
        return new LedgerTotals(
                (Long) row.get("n"),
                (Long) row.get("records_read"),
                (Long) row.get("accepted"),
                (Long) row.get("duplicate"),
                (Long) row.get("quarantined"),
                (Long) row.get("reused_ids"),
                (Long) row.get("absent"),
                (Long) row.get("lost"));
    }

    @Override
    public List<LostRange> lostRanges(int batches) {
        return answers
                .rows(statement("SELECT * FROM (" + ledger(List.of("lost", "lost_ranges"))
                        + ") WHERE lost > 0 ORDER BY ingest_batch DESC LIMIT " + batches))
                .stream()
                .flatMap(row -> LedgerEntry.lostFrom((String) row.get("lost_ranges")).stream())
                .toList();
    }

    @Override
    public List<LedgerBatch> lastBatches(int count) {
        List<String> columns = new ArrayList<>(LedgerTotals.COLUMNS);
        columns.addAll(List.of("lost_ranges", "offsets", "max_append_time", "completed_at"));
        return answers
                .rows(statement("SELECT * FROM (" + ledger(columns) + ") ORDER BY ingest_batch DESC LIMIT " + count))
                .stream()
                .map(WarehouseReading::ledgerBatch)
                .toList();
    }

    /** One row per batch, however often its row was written. */
    private String ledger(List<String> columns) {
        return "SELECT ingest_batch"
                + columns.stream()
                        .map(column -> ", ANY_VALUE(" + column + ") AS " + column)
                        .reduce("", String::concat)
                + " FROM " + dataset.quoted(BigQueryTables.ledger().name())
                + " WHERE ingest_batch >= 0 AND ingest_batch <= " + position().ingestBatch()
                + " GROUP BY ingest_batch";
    }

    private static LedgerBatch ledgerBatch(Map<String, Object> row) {
        return new LedgerBatch(
                (Long) row.get("ingest_batch"),
                (Long) row.get("records_read"),
                (Long) row.get("accepted"),
                (Long) row.get("duplicate"),
                (Long) row.get("quarantined"),
                (Long) row.get("reused_ids"),
                (Long) row.get("absent"),
                LedgerEntry.lostFrom((String) row.get("lost_ranges")),
                LedgerEntry.offsetsFrom((String) row.get("offsets")),
                Optional.ofNullable((Instant) row.get("max_append_time")),
                (Instant) row.get("completed_at"));
    }

    @Override
    public Map<String, Long> offsets() {
        return told.offsets();
    }

    private Map<String, Long> offsetsOf(long batch) {
        if (batch == position().ingestBatch()) {
            return told.offsets();
        }
        return answers
                .rows(statement("SELECT offsets FROM "
                        + dataset.quoted(BigQueryTables.ledger().name()) + " WHERE ingest_batch = " + batch
                        + " LIMIT 1"))
                .stream()
                .findFirst()
                .map(row -> LedgerBatch.ends((String) row.get("offsets")))
                .orElse(Map.of());
    }

    private static MergedSql.Statement statement(String text) {
        return new MergedSql.Statement(text, Map.of());
    }

    @Override
    public Optional<Instant> dataAsOf() {
        return told.dataAsOf();
    }

    @Override
    public void close() {
        // nothing is held open
    }
}
