package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
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
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Rows of one of the contract's tables into one Parquet file, without Spark: a row is an array of values in the order
 * of the table's columns.
 */
final class TableFile implements Closeable {
    /** Values that hardly repeat: a dictionary of them would be built, found too large and thrown away. */
    private static final Set<String> WITHOUT_DICTIONARY =
            Set.of(Table.IDENTITY, "event_id", "request_id", "offset", "sealed_bytes", "devices");

    private final Path path;
    private final Configuration hadoop;
    private final ParquetWriter<Object[]> writer;
    private final List<Column> columns;
    /** Places of the columns whose least and greatest value are kept, and these. */
    private final int[] bounded;

    private final long[] least;
    private final long[] greatest;
    private long rows;

    /** @param boundedColumns time columns of which least and greatest value are kept, for data skipping */
    TableFile(Table table, String uri, Configuration hadoop, Set<String> boundedColumns) throws IOException {
        this.path = new Path(uri);
        this.hadoop = hadoop;
        this.columns = table.columns();
        this.bounded = IntStream.range(0, columns.size())
                .filter(i -> boundedColumns.contains(columns.get(i).name()))
                .toArray();
        this.least = new long[bounded.length];
        this.greatest = new long[bounded.length];
        Arrays.fill(least, Long.MAX_VALUE);
        Arrays.fill(greatest, Long.MIN_VALUE);
        Builder builder = new Builder(HadoopOutputFile.fromPath(path, hadoop), table)
                .withConf(hadoop)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE);
        for (String column : WITHOUT_DICTIONARY) {
            if (table.columnNames().contains(column)) {
                builder = builder.withDictionaryEncoding(column, false);
            }
        }
        this.writer = builder.build();
    }

    /**
     * @param row {@code String}, {@code byte[]}, {@code Long} (times: microseconds since the epoch), {@code Integer},
     *     {@code Double}, {@code Boolean}, {@code List<Map<String, Object>>} or null
     */
    void write(Object[] row) throws IOException {
        writer.write(row);
        rows++;
        for (int i = 0; i < bounded.length; i++) {
            long value = (Long) row[bounded[i]];
            least[i] = Math.min(least[i], value);
            greatest[i] = Math.max(greatest[i], value);
        }
    }

    WrittenFile finish() throws IOException {
        writer.close();
        FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
        Map<String, long[]> named = new HashMap<>();
        for (int i = 0; i < bounded.length; i++) {
            named.put(columns.get(bounded[i]).name(), new long[] {least[i], greatest[i]});
        }
        return new WrittenFile(path.toString(), status.getLen(), status.getModificationTime(), rows, named);
    }

    /** Gives the file up. It stays as an orphan that no table names. */
    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {
        private final Table table;

        Builder(HadoopOutputFile file, Table table) {
            super(file);
            this.table = table;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Object[]> getWriteSupport(Configuration conf) {
            return new Rows(table);
        }
    }

    private static final class Rows extends WriteSupport<Object[]> {
        private final Table table;
        private final Column[] columns;
        private RecordConsumer consumer;

        Rows(Table table) {
            this.table = table;
            this.columns = table.columns().toArray(Column[]::new);
        }

        @Override
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema(table), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer recordConsumer) {
            this.consumer = recordConsumer;
        }

        @Override
        public void write(Object[] row) {
            consumer.startMessage();
            for (int i = 0; i < columns.length; i++) {
                if (row[i] != null) {
                    consumer.startField(columns[i].name(), i);
                    value(columns[i].type(), row[i]);
                    consumer.endField(columns[i].name(), i);
                }
            }
            consumer.endMessage();
        }

        private void value(ColumnType type, Object value) {
            if (type instanceof ColumnType.Structs structs) {
                structs(structs, (List<?>) value);
                return;
            }
            switch ((ColumnType.Primitive) type) {
                case STRING -> consumer.addBinary(Binary.fromString((String) value));
                case BINARY -> consumer.addBinary(Binary.fromConstantByteArray((byte[]) value));
                case LONG, TIMESTAMP -> consumer.addLong((Long) value);
                case INT -> consumer.addInteger((Integer) value);
                case DOUBLE -> consumer.addDouble((Double) value);
                case BOOLEAN -> consumer.addBoolean((Boolean) value);
            }
        }

        /** The three levels that Parquet prescribes for lists. */
        private void structs(ColumnType.Structs type, List<?> entries) {
            consumer.startGroup();
            if (!entries.isEmpty()) {
                consumer.startField("list", 0);
                for (Object entry : entries) {
                    consumer.startGroup();
                    consumer.startField("element", 0);
                    consumer.startGroup();
                    Map<?, ?> values = (Map<?, ?>) entry;
                    for (int i = 0; i < type.fields().size(); i++) {
                        Column field = type.fields().get(i);
                        Object value = values.get(field.name());
                        if (value != null) {
                            consumer.startField(field.name(), i);
                            value(field.type(), value);
                            consumer.endField(field.name(), i);
                        }
                    }
                    consumer.endGroup();
                    consumer.endField("element", 0);
                    consumer.endGroup();
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
        }

        private static MessageType schema(Table table) {
            return new MessageType(
                    table.path(), table.columns().stream().map(Rows::type).toArray(Type[]::new));
        }

        /** Nullable throughout, as the tables' schemas are. */
        private static Type type(Column column) {
            String name = column.name();
            if (column.type() instanceof ColumnType.Structs structs) {
                GroupType element = Types.optionalGroup()
                        .addFields(structs.fields().stream().map(Rows::type).toArray(Type[]::new))
                        .named("element");
                return Types.optionalGroup()
                        .as(LogicalTypeAnnotation.listType())
                        .addField(Types.repeatedGroup().addField(element).named("list"))
                        .named(name);
            }
            return switch ((ColumnType.Primitive) column.type()) {
                case STRING ->
                    Types.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(name);
                case BINARY -> Types.optional(PrimitiveTypeName.BINARY).named(name);
                case LONG -> Types.optional(PrimitiveTypeName.INT64).named(name);
                case TIMESTAMP ->
                    Types.optional(PrimitiveTypeName.INT64)
                            .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
                            .named(name);
                case INT -> Types.optional(PrimitiveTypeName.INT32).named(name);
                case DOUBLE -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
                case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
            };
        }
    }
}
