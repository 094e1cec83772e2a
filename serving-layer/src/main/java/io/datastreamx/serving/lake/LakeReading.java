package io.datastreamx.serving.lake;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.ledger.LostRange;
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
import io.datastreamx.serving.report.Sight;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A look at the copy, and for event-level reports at the lake's files that belong to it. */
final class LakeReading implements Reading {
    private final ReadTransaction transaction;
    private final EventSource events;
    private final LoggedEvents log;
    private final ReportLimits limits;

    LakeReading(ReadTransaction transaction, EventSource events, LoggedEvents log, ReportLimits limits) {
        this.log = log;
        this.transaction = transaction;
        this.events = events;
        this.limits = limits;
    }

    @Override
    public Position position() {
        return transaction.position();
    }

    @Override
    public Report report(ReportQuery query) {
        ReportPlan plan = ReportPlan.of(query, position().grains());
        Sql source = plan.rollup().isPresent()
                ? new RollupSource(plan.rollup().get()).select(plan.query(), position(), plan.columns())
                : events.select(plan.query(), transaction, plan.columns());
        return plan.report(
                position(), offsets(plan.covered(position())), new Groups(plan, limits, source).in(transaction));
    }

    @Override
    public Opportunity opportunity(OpportunityQuery query, Sight sight) {
        return log.of(query, sight, transaction);
    }

    @Override
    public LedgerTotals ledgerTotals() {
        return transaction
                .rows(
                        "SELECT count(*)"
                                + LedgerTotals.COLUMNS.stream()
                                        .map(column -> ", coalesce(sum(" + column + "), 0)::BIGINT")
                                        .collect(Collectors.joining())
                                + " FROM ledger",
                        List.of(),
                        row -> new LedgerTotals(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7),
                                row.getLong(8)))
                .get(0);
    }

    @Override
    public List<LostRange> lostRanges(int batches) {
        return transaction
                .rows(
                        "SELECT lost_ranges FROM ledger WHERE lost > 0 ORDER BY ingest_batch DESC LIMIT ?",
                        List.of(batches),
                        row -> LedgerEntry.lostFrom(row.getString(1)))
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<LedgerBatch> lastBatches(int count) {
        return transaction.rows(
                "SELECT * FROM ledger ORDER BY ingest_batch DESC LIMIT ?", List.of(count), LakeReading::ledgerBatch);
    }

    private static LedgerBatch ledgerBatch(ResultSet row) throws SQLException {
        long appended = row.getLong("max_append_us");
        Optional<Instant> maxAppendTime = row.wasNull() ? Optional.empty() : Optional.of(instant(appended));
        return new LedgerBatch(
                row.getLong("ingest_batch"),
                row.getLong("records_read"),
                row.getLong("accepted"),
                row.getLong("duplicate"),
                row.getLong("quarantined"),
                row.getLong("reused_ids"),
                row.getLong("absent"),
                LedgerEntry.lostFrom(row.getString("lost_ranges")),
                LedgerEntry.offsetsFrom(row.getString("offsets")),
                maxAppendTime,
                instant(row.getLong("completed_us")));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public Map<String, Long> offsets() {
        return offsets(position().ingestBatch());
    }

    private Map<String, Long> offsets(long batch) {
        return transaction
                .rows(
                        "SELECT offsets FROM ledger WHERE ingest_batch <= ? ORDER BY ingest_batch DESC LIMIT 1",
                        List.of(batch),
                        row -> LedgerBatch.ends(row.getString(1)))
                .stream()
                .findFirst()
                .orElse(Map.of());
    }

    @Override
    public Optional<Instant> dataAsOf() {
        return transaction
                .rows(
                        "SELECT max(max_append_us) FROM ledger HAVING max(max_append_us) IS NOT NULL",
                        List.of(),
                        row -> instant(row.getLong(1)))
                .stream()
                .findFirst();
    }

    @Override
    public void close() {
        transaction.close();
    }
}
