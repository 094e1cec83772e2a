package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Fence;
import io.datastreamx.lake.Lake;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.statistics.DataFileStatistics;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One batch's rows of one table: Spark writes the Parquet files, Delta Kernel commits them with the batch as
 * transaction. Cheaper by seconds than a Delta write through Spark, which runs jobs over the table's log at each
 * commit.
 */
final class ParquetAppend {
    private final Lake lake;
    private final Configuration hadoop;
    private final String appId;
    private final long batch;
    private final Fence fence;

    ParquetAppend(Lake lake, Configuration hadoop, String appId, long batch, Fence fence) {
        this.lake = lake;
        this.hadoop = hadoop;
        this.appId = appId;
        this.batch = batch;
        this.fence = fence;
    }

    /**
     * Nothing happens where this batch is in the table already. The folder is this writer's own: files of an attempt
     * that died with its process stay as orphans, since nobody can know that it will not be woken and write, or be
     * read, once more.
     *
     * @param bounds least and greatest value of time columns over all rows, microseconds, for data skipping
     */
    void append(Table table, Dataset<Row> rows, Map<String, long[]> bounds) {
        DeltaTable delta = lake.table(table);
        if (delta.latestTransaction(appId).orElse(-1) >= batch) {
            return;
        }
        String folder = lake.uri(table) + "/data/" + appId + "/" + batch + "/" + fence.epoch();
        rows.write().mode("overwrite").parquet(folder);
        List<DataFileStatus> files = filesIn(new Path(folder), bounds);
        fence.check();
        delta.addFiles(appId, batch, files);
    }

    private List<DataFileStatus> filesIn(Path folder, Map<String, long[]> bounds) {
        try {
            List<DataFileStatus> files = new ArrayList<>();
            for (FileStatus file : folder.getFileSystem(hadoop).listStatus(folder)) {
                if (file.getPath().getName().endsWith(".parquet")) {
                    statistics(file, bounds)
                            .ifPresent(stats -> files.add(new DataFileStatus(
                                    file.getPath().toString(),
                                    file.getLen(),
                                    file.getModificationTime(),
                                    Optional.of(stats))));
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + "; the batch is tried again", e);
        }
    }

    /** @return empty for a file without rows, which need not be in the table */
    private Optional<DataFileStatistics> statistics(FileStatus file, Map<String, long[]> bounds) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
            Map<Column, Literal> least = new HashMap<>(Map.of(new Column("ingest_batch"), Literal.ofLong(batch)));
            Map<Column, Literal> greatest = new HashMap<>(least);
            bounds.forEach((column, range) -> {
                least.put(new Column(column), Literal.ofTimestamp(range[0]));
                greatest.put(new Column(column), Literal.ofTimestamp(range[1]));
            });
            long rows = reader.getRecordCount();
            return rows == 0
                    ? Optional.empty()
                    : Optional.of(new DataFileStatistics(rows, least, greatest, Map.of(), Optional.empty()));
        }
    }
}
