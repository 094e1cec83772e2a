package io.datastreamx.contract.spark;

import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The contract's tables as Spark schemas. */
public final class SparkSchemas {
    private SparkSchemas() {}

    public static StructType of(Table table) {
        return struct(table.columns());
    }

    private static StructType struct(List<Column> columns) {
        return new StructType(columns.stream()
                .map(column -> new StructField(
                        column.name(),
                        type(column.type()),
                        column.nullable(),
                        new MetadataBuilder()
                                .putString("comment", column.meaning())
                                .build()))
                .toArray(StructField[]::new));
    }

    private static DataType type(ColumnType type) {
        if (type instanceof ColumnType.Structs structs) {
            return DataTypes.createArrayType(struct(structs.fields()), false);
        }
        return switch ((ColumnType.Primitive) type) {
            case STRING -> DataTypes.StringType;
            case LONG -> DataTypes.LongType;
            case INT -> DataTypes.IntegerType;
            case DOUBLE -> DataTypes.DoubleType;
            case BOOLEAN -> DataTypes.BooleanType;
            case TIMESTAMP -> DataTypes.TimestampType;
            case BINARY -> DataTypes.BinaryType;
        };
    }
}
