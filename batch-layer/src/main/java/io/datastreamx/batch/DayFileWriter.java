package io.datastreamx.batch;

import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.NewFile;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.collection.immutable.Map$;

/**
 * Rows of a table by day to Parquet files of one day each, where they will lie; a commit names them afterwards, and
 * what no commit names is nobody's.
 */
final class DayFileWriter implements FlatMapFunction<Iterator<DayFileWriter.DayRow>, DayFileWriter.Written> {
    private static final long serialVersionUID = 1L;

    /** A row with the table's columns and no others. @param day since the epoch */
    record DayRow(int day, InternalRow row) {}

    /** A file that is complete. @param day since the epoch */
    record Written(int day, String path, long bytes, long modifiedMs, long rows) implements Serializable {
        NewFile file() {
            return NewFile.of(LocalDate.ofEpochDay(day), path, bytes, modifiedMs, rows);
        }
    }

    private final String root;
    private final StructType schema;
    private final OutputWriterFactory writers;
    private final SerializableConfiguration hadoop;

    private DayFileWriter(SparkSession spark, String root, StructType schema) throws IOException {
        Job job = Job.getInstance(spark.sparkContext().hadoopConfiguration());
        this.root = root;
        this.schema = schema;
        this.writers = new ParquetFileFormat().prepareWrite(spark, job, Map$.MODULE$.empty(), schema);
        this.hadoop = new SerializableConfiguration(job.getConfiguration());
    }

    /**
     * Writes what is computed.
     *
     * @param rows those of one day lie together in each partition
     */
    static List<Written> write(SparkSession spark, Lake lake, Table table, JavaRDD<DayRow> rows) {
        try {
            return rows.mapPartitions(new DayFileWriter(spark, lake.uri(table), SparkSchemas.of(table)))
                    .collect();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + lake.uri(table), e);
        }
    }

    static SortedMap<LocalDate, Long> rowsByDay(List<Written> files) {
        SortedMap<LocalDate, Long> rows = new TreeMap<>();
        files.forEach(file -> rows.merge(LocalDate.ofEpochDay(file.day), file.rows, Math::addExact));
        return rows;
    }

    @Override
    public Iterator<Written> call(Iterator<DayRow> rows) throws IOException {
        List<Written> written = new ArrayList<>();
        File file = null;
        try {
            while (rows.hasNext()) {
                DayRow row = rows.next();
                if (file != null && file.day != row.day) {
                    written.add(file.end());
                    file = null;
                }
                if (file == null) {
                    file = new File(row.day);
                }
                file.add(row.row);
            }
            if (file != null) {
                written.add(file.end());
                file = null;
            }
            return written.iterator();
        } finally {
            if (file != null) {
                file.writer.close();
            }
        }
    }

    private final class File {
        private final int day;
        private final Path path;
        private final OutputWriter writer;
        private long rows;

        File(int day) {
            TaskContext task = TaskContext.get();
            TaskAttemptContext attempt = new TaskAttemptContextImpl(
                    hadoop.value(),
                    new TaskAttemptID(
                            "night", task.stageId(), TaskType.REDUCE, task.partitionId(), task.attemptNumber()));
            this.day = day;
            this.path = new Path(
                    new Path(root, Table.DAY + "=" + LocalDate.ofEpochDay(day)),
                    "part-" + UUID.randomUUID() + writers.getFileExtension(attempt));
            this.writer = writers.newInstance(path.toString(), schema, attempt);
        }

        void add(InternalRow row) {
            writer.write(row);
            rows++;
        }

        Written end() throws IOException {
            writer.close();
            FileStatus status = path.getFileSystem(hadoop.value()).getFileStatus(path);
            return new Written(day, path.toString(), status.getLen(), status.getModificationTime(), rows);
        }
    }
}
