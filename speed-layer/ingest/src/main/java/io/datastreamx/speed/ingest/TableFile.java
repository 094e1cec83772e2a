package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType.Primitive;
import io.datastreamx.contract.table.Table;
import io.datastreamx.speed.ingest.PassResult.WrittenFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;

/**
 * Rows of one of the contract's tables into one Parquet file, without Spark. Rows are gathered and written column by
 * column ({@link ParquetColumn}), which takes half of what Parquet's own writer of records does.
 */
final class TableFile implements Closeable {
    /** Values that hardly repeat: a dictionary of them would be built, found too large and thrown away. */
    private static final Set<String> WITHOUT_DICTIONARY = Set.of(
            Table.IDENTITY,
            "event_id",
            "request_id",
            "offset",
            "event_time",
            "counted_time",
            "sealed_bytes",
            "devices");
    /** Of dead letters rows are large and readers hold a row group in memory. */
    private static final long DEAD_LETTERS_ROW_GROUP = 8L << 20;

    private static final long ROW_GROUP = 128L << 20;
    /**
     * Rows that are gathered. Parquet looks for full pages at their multiples only: it takes all columns to be equally
     * long then.
     */
    private static final int GATHERED = 500;

    private static final int ROWS_OF_A_PAGE = 40 * GATHERED;

    private final Path path;
    private final int day;
    private final Configuration hadoop;
    private final List<Column> columns;
    private final MessageType schema;
    private final ParquetProperties properties;
    private final CompressionCodecFactory codecs;
    private final ParquetFileWriter file;
    private final long rowGroup;
    /** Places of the columns whose least and greatest value are kept, and these. */
    private final int[] bounded;

    private final long[] least;
    private final long[] greatest;
    /** By column. */
    private final Object[][] gathered;

    private int waiting;
    private long rows;
    private long rowsOfGroup;
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore store;
    private ParquetColumn[] writers;

    /**
     * @param day since the epoch, on which all its rows count; -1 in tables that are not by day
     * @param boundedColumns time columns of which least and greatest value are kept, for data skipping
     */
    TableFile(Table table, String uri, int day, Configuration hadoop, Set<String> boundedColumns) throws IOException {
        this.path = new Path(uri);
        this.day = day;
        this.hadoop = hadoop;
        this.columns = table.columns();
        this.schema = ParquetColumn.schema(table.path(), columns);
        this.properties = properties(columns);
        this.codecs = new CodecFactory(hadoop, properties.getPageSizeThreshold());
        this.rowGroup = table == Table.DEAD_LETTERS ? DEAD_LETTERS_ROW_GROUP : ROW_GROUP;
        this.bounded = IntStream.range(0, columns.size())
                .filter(i -> boundedColumns.contains(columns.get(i).name()))
                .toArray();
        this.least = new long[bounded.length];
        this.greatest = new long[bounded.length];
        Arrays.fill(least, Long.MAX_VALUE);
        Arrays.fill(greatest, Long.MIN_VALUE);
        this.gathered = new Object[columns.size()][GATHERED];
        this.file = new ParquetFileWriter(
                HadoopOutputFile.fromPath(path, hadoop),
                schema,
                ParquetFileWriter.Mode.OVERWRITE,
                rowGroup,
                0,
                null,
                properties);
        file.start();
        beginGroup();
    }

    /** Bounds are kept of numbers and times; nobody skips data by those of texts, which cost most. */
    private static ParquetProperties properties(List<Column> columns) {
        ParquetProperties.Builder properties = ParquetProperties.builder()
                .withMinRowCountForPageSizeCheck(GATHERED)
                .withMaxRowCountForPageSizeCheck(GATHERED)
                .withPageRowCountLimit(ROWS_OF_A_PAGE)
                .withSizeStatisticsEnabled(false)
                .withStatisticsEnabled(false);
        for (Column column : columns) {
            if (column.type() == Primitive.LONG || column.type() == Primitive.TIMESTAMP) {
                properties = properties.withStatisticsEnabled(column.name(), true);
            }
            if (WITHOUT_DICTIONARY.contains(column.name())) {
                properties = properties.withDictionaryEncoding(column.name(), false);
            }
        }
        return properties.build();
    }

    private void beginGroup() {
        pages = new ColumnChunkPageWriteStore(
                codecs.getCompressor(CompressionCodecName.SNAPPY),
                schema,
                properties.getAllocator(),
                properties.getColumnIndexTruncateLength(),
                properties.getPageWriteChecksumEnabled());
        store = properties.newColumnWriteStore(schema, pages, pages);
        writers = columns.stream()
                .map(column ->
                        ParquetColumn.of(column, leaf -> store.getColumnWriter(schema.getColumnDescription(leaf))))
                .toArray(ParquetColumn[]::new);
        rowsOfGroup = 0;
    }

    /**
     * @param row {@code String}, {@code byte[]}, {@code Long} (times: microseconds since the epoch), {@code Integer},
     *     {@code Double}, {@code Boolean}, {@code List<Map<String, Object>>} or null, in the order of the table's
     *     columns; the array is the caller's again afterwards
     */
    void write(Object[] row) throws IOException {
        for (int i = 0; i < row.length; i++) {
            gathered[i][waiting] = row[i];
        }
        for (int i = 0; i < bounded.length; i++) {
            long value = (Long) row[bounded[i]];
            least[i] = Math.min(least[i], value);
            greatest[i] = Math.max(greatest[i], value);
        }
        rows++;
        if (++waiting == GATHERED) {
            writeGathered();
            if (store.getBufferedSize() >= rowGroup) {
                endGroup();
                beginGroup();
            }
        }
    }

    private void writeGathered() {
        for (int i = 0; i < writers.length; i++) {
            writers[i].write(gathered[i], waiting);
        }
        for (int i = 0; i < waiting; i++) {
            store.endRecord();
        }
        rowsOfGroup += waiting;
        waiting = 0;
    }

    private void endGroup() throws IOException {
        if (rowsOfGroup > 0) {
            file.startBlock(rowsOfGroup);
            store.flush();
            pages.flushToFileWriter(file);
            file.endBlock();
        }
        closeGroup();
    }

    private void closeGroup() {
        store.close();
        pages.close();
    }

    WrittenFile finish() throws IOException {
        writeGathered();
        endGroup();
        file.end(Map.of());
        codecs.release();
        FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
        Map<String, long[]> named = new HashMap<>();
        for (int i = 0; i < bounded.length; i++) {
            named.put(columns.get(bounded[i]).name(), new long[] {least[i], greatest[i]});
        }
        return new WrittenFile(path.toString(), day, status.getLen(), status.getModificationTime(), rows, named);
    }

    /** Gives the file up. It stays as an orphan that no table names. */
    @Override
    public void close() throws IOException {
        closeGroup();
        codecs.release();
        file.close();
    }
}
