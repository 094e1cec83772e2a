package io.datastreamx.lake;

import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.utils.DataFileStatus;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * A Parquet file that no commit names yet.
 *
 * @param day on which all of its rows lie; empty in tables that are not by day
 * @param status below the table's folder
 */
public record NewFile(Optional<LocalDate> day, DataFileStatus status) {
    public static NewFile of(DataFileStatus status) {
        return new NewFile(Optional.empty(), status);
    }

    public static NewFile of(LocalDate day, DataFileStatus status) {
        return new NewFile(Optional.of(day), status);
    }

    /** @param rows how many it holds; of their values the log says nothing */
    public static NewFile of(LocalDate day, String path, long bytes, long modifiedMs, long rows) {
        DataFileStatistics counted = new DataFileStatistics(rows, Map.of(), Map.of(), Map.of(), Optional.empty());
        return of(day, new DataFileStatus(path, bytes, modifiedMs, Optional.of(counted)));
    }
}
