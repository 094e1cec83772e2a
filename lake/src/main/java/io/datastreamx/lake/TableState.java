package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One Delta version of a table by day, as its log tells it: no data file is opened. */
public final class TableState {
    /**
     * A data file of the state.
     *
     * @param path absolute local path, or a URI where the lake is not local
     */
    public record DayFile(LocalDate day, String path, long bytes) {}

    private final String uri;
    private final Engine engine;
    private final Snapshot snapshot;

    TableState(String uri, Engine engine, Snapshot snapshot) {
        this.uri = uri;
        this.engine = engine;
        this.snapshot = snapshot;
    }

    /** The table's folder. */
    public String uri() {
        return uri;
    }

    /** The Delta version. */
    public long version() {
        return snapshot.getVersion();
    }

    public List<DayFile> files() {
        return files(snapshot.getScanBuilder().build().getScanFiles(engine));
    }

    /** What the log says of the files of these days, so that another commit can name or remove them. */
    List<AddFile> filesOf(Collection<LocalDate> days) {
        List<AddFile> files = new ArrayList<>();
        forEachRow(((ScanImpl) snapshot.getScanBuilder().build()).getScanFiles(engine, true), row -> {
            if (days.contains(file(row).day())) {
                files.add(new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)));
            }
        });
        return files;
    }

    /** The files of each day that has any. */
    public SortedMap<LocalDate, Set<String>> byDay() {
        return files().stream()
                .collect(Collectors.groupingBy(
                        DayFile::day, TreeMap::new, Collectors.mapping(DayFile::path, Collectors.toSet())));
    }

    /** The days that have files. */
    public SortedSet<LocalDate> days() {
        return days(files());
    }

    /**
     * The days that may hold rows whose value in a column of whole numbers is above {@code value}: all that do, and
     * those of which the log does not say.
     */
    public SortedSet<LocalDate> daysAbove(String column, long value) {
        Predicate above = new Predicate(">", new Column(column), Literal.ofLong(value));
        return days(files(snapshot.getScanBuilder().withFilter(above).build().getScanFiles(engine)));
    }

    /**
     * How many rows each day has.
     *
     * @throws IllegalStateException where the log does not say so of a file
     */
    public SortedMap<LocalDate, Long> rowsByDay() {
        ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
        SortedMap<LocalDate, Long> rows = new TreeMap<>();
        forEachRow(scan.getScanFiles(engine, true), row -> {
            DayFile file = file(row);
            AddFile added = new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
            rows.merge(
                    file.day(),
                    added.getNumRecords()
                            .orElseThrow(() ->
                                    new IllegalStateException(uri + " does not say how many rows " + file + " has")),
                    Long::sum);
        });
        return rows;
    }

    /** The days whose files are not the same in the two states. */
    public SortedSet<LocalDate> daysUnlike(TableState other) {
        Map<LocalDate, Set<String>> here = byDay();
        Map<LocalDate, Set<String>> there = other.byDay();
        SortedSet<LocalDate> unlike = new TreeSet<>(here.keySet());
        unlike.addAll(there.keySet());
        unlike.removeIf(day -> here.getOrDefault(day, Set.of()).equals(there.getOrDefault(day, Set.of())));
        return unlike;
    }

    private static SortedSet<LocalDate> days(List<DayFile> files) {
        return files.stream().map(DayFile::day).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<DayFile> files(CloseableIterator<FilteredColumnarBatch> scanned) {
        List<DayFile> files = new ArrayList<>();
        forEachRow(scanned, row -> files.add(file(row)));
        return files;
    }

    private void forEachRow(CloseableIterator<FilteredColumnarBatch> scanned, Consumer<Row> consumer) {
        try (scanned) {
            while (scanned.hasNext()) {
                try (CloseableIterator<Row> rows = scanned.next().getRows()) {
                    rows.forEachRemaining(consumer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + uri, e);
        }
    }

    private DayFile file(Row row) {
        String day = InternalScanFileUtils.getPartitionValues(row).get(Table.DAY);
        if (day == null) {
            throw new IllegalStateException(
                    uri + " is not partitioned by day; it was written by another edition of this program");
        }
        var status = InternalScanFileUtils.getAddFileStatus(row);
        return new DayFile(LocalDate.parse(day), LogFollower.local(status.getPath()), status.getSize());
    }
}
