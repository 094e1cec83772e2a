package io.datastreamx.speed.ingest;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * How values of a table's column become Parquet's. Many values of one column are written in a row: what a column keeps,
 * its dictionary above all, then stays in the processor's cache. Source of the levels: the Parquet format's "Nested
 * Encoding" and "Lists".
 */
final class ParquetColumn {
    /** Names below a list, as the format prescribes them. */
    private static final String LIST = "list";

    private static final String ELEMENT = "element";

    /** How many levels are defined where a field of a list's entry is there, the entry, the list alone. */
    private static final int FIELD = 4;

    private static final int ENTRY = 3;
    private static final int EMPTY_LIST = 1;

    private final ColumnType type;
    /** One; of a list one for each field of its entries. */
    private final ColumnWriter[] writers;
    /** Texts that are one object for many rows are encoded once. */
    private String lastText;

    private Binary lastBinary;

    private ParquetColumn(ColumnType type, ColumnWriter[] writers) {
        this.type = type;
        this.writers = writers;
    }

    /** Gives the writer of a leaf of the schema. */
    interface Writers {
        ColumnWriter of(String... path);
    }

    static ParquetColumn of(Column column, Writers writers) {
        if (column.type() instanceof ColumnType.Structs structs) {
            return new ParquetColumn(
                    structs,
                    structs.fields().stream()
                            .map(field -> writers.of(column.name(), LIST, ELEMENT, field.name()))
                            .toArray(ColumnWriter[]::new));
        }
        return new ParquetColumn(column.type(), new ColumnWriter[] {writers.of(column.name())});
    }

    /** @param values those of the next rows; the first {@code count} of them are written */
    void write(Object[] values, int count) {
        if (type instanceof ColumnType.Structs structs) {
            for (int i = 0; i < count; i++) {
                writeList(structs.fields(), (List<?>) values[i]);
            }
            return;
        }
        ColumnWriter writer = writers[0];
        ColumnType.Primitive primitive = (ColumnType.Primitive) type;
        for (int i = 0; i < count; i++) {
            if (values[i] == null) {
                writer.writeNull(0, 0);
            } else {
                write(writer, primitive, values[i], 0, 1);
            }
        }
    }

    private void write(ColumnWriter writer, ColumnType.Primitive primitive, Object value, int repetition, int level) {
        switch (primitive) {
            case STRING -> writer.write(text((String) value), repetition, level);
            case BINARY -> writer.write(Binary.fromConstantByteArray((byte[]) value), repetition, level);
            case LONG, TIMESTAMP -> writer.write((long) (Long) value, repetition, level);
            case INT -> writer.write((int) (Integer) value, repetition, level);
            case DOUBLE -> writer.write((double) (Double) value, repetition, level);
            case BOOLEAN -> writer.write((boolean) (Boolean) value, repetition, level);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private Binary text(String text) {
        if (text != lastText) {
            lastText = text;
            lastBinary = Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8));
        }
        return lastBinary;
    }

    private void writeList(List<Column> fields, List<?> entries) {
        if (entries == null || entries.isEmpty()) {
            for (ColumnWriter writer : writers) {
                writer.writeNull(0, entries == null ? 0 : EMPTY_LIST);
            }
            return;
        }
        int repetition = 0;
        for (Object entry : entries) {
            Map<?, ?> values = (Map<?, ?>) entry;
            for (int i = 0; i < writers.length; i++) {
                Object value = values.get(fields.get(i).name());
                if (value == null) {
                    writers[i].writeNull(repetition, ENTRY);
                } else {
                    write(writers[i], (ColumnType.Primitive) fields.get(i).type(), value, repetition, FIELD);
                }
            }
            repetition = 1;
        }
    }

    static MessageType schema(String name, List<Column> columns) {
        return new MessageType(name, columns.stream().map(ParquetColumn::typeOf).toArray(Type[]::new));
    }

    /** Nullable throughout, as the tables' schemas are. */
    private static Type typeOf(Column column) {
        String name = column.name();
        if (column.type() instanceof ColumnType.Structs structs) {
            GroupType element = Types.optionalGroup()
                    .addFields(
                            structs.fields().stream().map(ParquetColumn::typeOf).toArray(Type[]::new))
                    .named(ELEMENT);
            return Types.optionalGroup()
                    .as(LogicalTypeAnnotation.listType())
                    .addField(Types.repeatedGroup().addField(element).named(LIST))
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
