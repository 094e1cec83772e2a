package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.lake.Lake;
import io.datastreamx.serving.replica.CopyException;
import io.datastreamx.serving.replica.LakeCopy;
import io.datastreamx.serving.replica.Position;
import io.datastreamx.serving.replica.Reading;
import java.util.ArrayList;
import java.util.List;

/** Answers report queries, each from one consistent reading. Thread-safe. */
public final class Reports {
    private final LakeCopy copy;
    private final LakeFileLists files;
    private final EventSource eventSource;

    public Reports(LakeCopy copy, Lake lake) {
        this.copy = copy;
        this.files = new LakeFileLists(lake);
        this.eventSource = new EventSource(files);
    }

    /** @throws BadQueryException where the query has no answer */
    public Report run(ReportQuery query) {
        try (Reading reading = copy.read()) {
            return run(query, reading);
        } catch (CopyException e) {
            files.forget();
            try (Reading reading = copy.read()) {
                return run(query, reading);
            }
        }
    }

    /** Several reports over one reading belong to one position. */
    public Report run(ReportQuery query, Reading reading) {
        List<Rollup> covering = Rollup.covering(query.columnsNeeded());
        ReportQuery answerable = covering.isEmpty() ? boundToRequests(query) : query;
        List<String> columns = new ArrayList<>(List.of(Rollup.MINUTE));
        columns.addAll(answerable.columnsNeeded());
        columns.addAll(answerable.sumsNeeded());
        if (answerable.needsSketch()) {
            columns.add(DeviceSketch.COLUMN);
        }
        Sql source = covering.isEmpty()
                ? eventSource.select(answerable, reading, columns)
                : new RollupSource(covering.get(0)).select(answerable, reading.position(), columns);
        Position position = reading.position();
        long covered = query.view() == View.BATCH ? position.cut() : position.ingestBatch();
        return new Report(
                covered,
                LedgerReport.offsets(reading, covered),
                position.cut(),
                position.version(),
                query.view(),
                covering.isEmpty() ? "events" : "rollup " + covering.get(0).id(),
                answerable.header(),
                new Aggregation(answerable, source).rows(reading));
    }

    private static ReportQuery boundToRequests(ReportQuery query) {
        List<Figure> refused = query.figures().stream()
                .filter(figure -> !figure.isOfRequests())
                .toList();
        if (query.figures().equals(Figure.standard())) {
            return query.withFigures(
                    query.figures().stream().filter(Figure::isOfRequests).toList());
        }
        if (!refused.isEmpty()) {
            throw new BadQueryException("the dimensions " + query.columnsNeeded()
                    + " are in no rollup together, so this report counts requests and what"
                    + " followed them, and "
                    + refused.stream().map(Figure::name).toList()
                    + " also counts what boxes do between requests. Ask for it by"
                    + " dimensions of one rollup: "
                    + java.util.Arrays.stream(Rollup.values())
                            .map(Rollup::dimensions)
                            .toList());
        }
        return query;
    }
}
