package io.datastreamx.warehouse.check;

import com.google.protobuf.ByteString;
import com.google.zetasql.PreparedQuery;
import com.google.zetasql.SimpleColumn;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.StructType;
import com.google.zetasql.TableContent;
import com.google.zetasql.Type;
import com.google.zetasql.Value;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.Dataset;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of BigQuery tables, on which ZetaSQL's reference implementation executes queries. */
final class Contents {
    private final BigQueryCatalog catalog;
    private final Map<String, TableContent> tables = new HashMap<>();

    Contents(BigQueryCatalog catalog) {
        this.catalog = catalog;
    }

    Contents put(Dataset dataset, Map<BigQueryTable, List<Map<String, Object>>> rows) {
        rows.forEach((table, values) -> put(dataset.project() + "." + dataset.name() + "." + table.name(), values));
        return this;
    }

    /** @param rows values by column; a column that a row does not name is null */
    Contents put(String path, List<Map<String, Object>> rows) {
        SimpleTable table = catalog.table(path);
        List<List<Value>> content = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            content.add(table.getColumnList().stream()
                    .map(column -> value(((SimpleColumn) column).getType(), row.get(column.getName())))
                    .toList());
        }
        tables.put(path, TableContent.create(content));
        return this;
    }

    /**
     * Executes a query over tables and views; values come back as text, {@code Long}, {@code Double}, {@code Instant},
     * {@code LocalDate}, bytes or null.
     */
    List<Map<String, Object>> query(String sql) {
        try (PreparedQuery query = PreparedQuery.builder()
                .setSql(catalog.expanded(sql))
                .setAnalyzerOptions(catalog.options())
                .setCatalog(catalog.catalog())
                .setTablesContents(tables)
                .prepare()) {
            List<String> names =
                    query.getColumns().stream().map(SimpleColumn::getName).toList();
            List<Map<String, Object>> rows = new ArrayList<>();
            for (List<Value> values : query.execute(Map.of()).getTableData()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 0; i < names.size(); i++) {
                    row.put(names.get(i), plain(values.get(i)));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    @SuppressWarnings("unchecked")
    private static Value value(Type type, Object value) {
        if (value == null) {
            return Value.createNullValue(type);
        }
        return switch (type.getKind()) {
            case TYPE_INT64 -> Value.createInt64Value(((Number) value).longValue());
            case TYPE_DOUBLE -> Value.createDoubleValue((Double) value);
            case TYPE_BOOL -> Value.createBoolValue((Boolean) value);
            case TYPE_STRING -> Value.createStringValue((String) value);
            case TYPE_BYTES -> Value.createBytesValue(ByteString.copyFrom((byte[]) value));
            case TYPE_DATE -> Value.createDateValue((LocalDate) value);
            case TYPE_TIMESTAMP ->
                Value.createTimestampValueFromUnixMicros(ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
            case TYPE_ARRAY ->
                Value.createArrayValue(
                        type.asArray(),
                        ((List<Object>) value)
                                .stream()
                                        .map(element -> value(type.asArray().getElementType(), element))
                                        .toList());
            case TYPE_STRUCT -> struct(type.asStruct(), (Map<String, Object>) value);
            default -> throw new IllegalStateException("no test has a value of type " + type);
        };
    }

    private static Value struct(StructType type, Map<String, Object> values) {
        return Value.createStructValue(
                type,
                type.getFieldList().stream()
                        .map(field -> value(field.getType(), values.get(field.getName())))
                        .toList());
    }

    private static Object plain(Value value) {
        if (value.isNull()) {
            return null;
        }
        return switch (value.getType().getKind()) {
            case TYPE_INT64 -> value.getInt64Value();
            case TYPE_DOUBLE -> value.getDoubleValue();
            case TYPE_BOOL -> value.getBoolValue();
            case TYPE_STRING -> value.getStringValue();
            case TYPE_BYTES -> value.getBytesValue().toByteArray();
            case TYPE_DATE -> LocalDate.ofEpochDay(value.getDateValue());
            case TYPE_TIMESTAMP -> Instant.EPOCH.plus(value.getTimestampUnixMicros(), ChronoUnit.MICROS);
            default -> throw new IllegalStateException("no test reads a value of type " + value.getType());
        };
    }
}
