package io.datastreamx.batch;

import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.PartitionPath;
import org.apache.spark.sql.execution.datasources.PartitionSpec;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.collection.mutable.LinkedHashMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The files of a table by day as its Delta log names them, for Spark's own reader. Delta's reader would find them out
 * again by Spark jobs, for every table and version.
 */
final class NamedFiles extends PartitioningAwareFileIndex {
    private static final StructType DAYS = new StructType().add(Table.DAY, DataTypes.DateType);
    /** Where a file may be cut for several tasks; on a cluster's file system no block matters. */
    private static final long BLOCK = 128L << 20;

    private final Path root;
    private final LinkedHashMap<Path, FileStatus> files = new LinkedHashMap<>();
    private final scala.collection.immutable.Map<Path, FileStatus[]> byFolder;
    private final PartitionSpec days;

    private NamedFiles(SparkSession spark, Path root, List<TableState.DayFile> named) {
        super(spark, noOptions(), Option.empty(), NoopCache$.MODULE$);
        this.root = root;
        Map<Path, PartitionPath> partitions = new HashMap<>();
        Map<Path, List<FileStatus>> folders = new HashMap<>();
        for (TableState.DayFile file : named) {
            Path path = file.path().startsWith("/") ? new Path("file", null, file.path()) : new Path(file.path());
            // Where a file lies does not say its day; the folder stands for it here.
            Path day = new Path(root, Table.DAY + "=" + file.day());
            FileStatus status = new FileStatus(file.bytes(), false, 1, BLOCK, 0, path);
            files.put(path, status);
            folders.computeIfAbsent(day, any -> new ArrayList<>()).add(status);
            Object[] values = {(int) file.day().toEpochDay()};
            partitions.computeIfAbsent(day, any -> new PartitionPath(new GenericInternalRow(values), day));
        }
        Map<Path, FileStatus[]> arrays = new HashMap<>();
        folders.forEach((folder, statuses) -> arrays.put(folder, statuses.toArray(FileStatus[]::new)));
        this.byFolder = scala.collection.immutable.Map.from(CollectionConverters.asScala(arrays));
        this.days = new PartitionSpec(
                DAYS,
                CollectionConverters.asScala(List.copyOf(partitions.values())).toSeq());
    }

    /** @return the table's columns and its {@link Table#DAY}, by which Spark skips the files of other days */
    static Dataset<Row> read(SparkSession spark, Table table, TableState state) {
        NamedFiles files = new NamedFiles(spark, new Path(state.uri()), state.files());
        return spark.baseRelationToDataFrame(new HadoopFsRelation(
                files,
                DAYS,
                SparkSchemas.of(table).asNullable(),
                Option.empty(),
                new ParquetFileFormat(),
                noOptions(),
                spark));
    }

    private static scala.collection.immutable.Map<String, String> noOptions() {
        return scala.collection.immutable.Map.from(CollectionConverters.asScala(Map.of()));
    }

    /** Spark's own, so that what it says of each scan is not taken for a word of this program. */
    @Override
    public String logName() {
        return PartitioningAwareFileIndex.class.getName();
    }

    @Override
    public Seq<Path> rootPaths() {
        return CollectionConverters.asScala(List.of(root)).toSeq();
    }

    @Override
    public void refresh() {
        // One state of the table does not change.
    }

    @Override
    public PartitionSpec partitionSpec() {
        return days;
    }

    @Override
    public LinkedHashMap<Path, FileStatus> leafFiles() {
        return files;
    }

    @Override
    public scala.collection.immutable.Map<Path, FileStatus[]> leafDirToChildrenFiles() {
        return byFolder;
    }
}
