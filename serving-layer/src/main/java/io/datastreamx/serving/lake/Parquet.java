package io.datastreamx.serving.lake;

import java.util.List;
import java.util.stream.Collectors;

/** Parquet files as a DuckDB table function. */
final class Parquet {
    private Parquet() {}

    /**
     * @param files local paths, at least one; columns are matched by name, so files from before an additive change are
     *     read too
     */
    static String scan(List<String> files) {
        return "read_parquet(" + list(files) + ", union_by_name = true)";
    }

    /** The paths as a DuckDB list. */
    static String list(List<String> files) {
        return files.stream()
                .map(file -> "'" + file.replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
