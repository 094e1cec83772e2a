package io.datastreamx.lake;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.util.List;

/**
 * The contract's tables as Delta Kernel schemas. All columns are nullable there: a NOT NULL would raise the table's
 * protocol, and the contract is checked before rows are written.
 */
final class KernelTypes {
    private KernelTypes() {}

    static StructType struct(List<Column> columns) {
        return new StructType(columns.stream()
                .map(column -> new StructField(
                        column.name(),
                        type(column.type()),
                        true,
                        FieldMetadata.builder()
                                .putString("comment", column.meaning())
                                .build()))
                .toList());
    }

    static DataType type(ColumnType type) {
        if (type instanceof ColumnType.Structs structs) {
            return new ArrayType(struct(structs.fields()), true);
        }
        return switch ((ColumnType.Primitive) type) {
            case STRING -> StringType.STRING;
            case LONG -> LongType.LONG;
            case INT -> IntegerType.INTEGER;
            case DOUBLE -> DoubleType.DOUBLE;
            case BOOLEAN -> BooleanType.BOOLEAN;
            case TIMESTAMP -> TimestampType.TIMESTAMP;
            case BINARY -> BinaryType.BINARY;
        };
    }
}
