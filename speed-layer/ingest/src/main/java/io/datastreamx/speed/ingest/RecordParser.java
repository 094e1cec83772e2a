package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.spark.SparkSchemas;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType;
import io.datastreamx.contract.table.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Kafka record to a row of the raw log, or to a dead letter. One schema carries both: the columns of the raw log (all
 * null but the position on a dead letter), then those of a dead letter ({@code reason} is null on an event), then the
 * id's hash.
 */
final class RecordParser implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final List<Column> EVENT_COLUMNS = Table.EVENTS.columns();
    private static final List<String> LETTER_COLUMNS =
            List.of("reason", "detail", "size", "letter_key_id", "sealed_key", "sealed_bytes");

    static final StructType SCHEMA = schema();

    private final KeyRing keys;
    private final String currency;
    private final long batch;
    private transient EventValidator validator;
    private transient KeyRing.Pseudonymizer pseudonyms;

    RecordParser(KeyRing keys, String currency, long batch) {
        this.keys = keys;
        this.currency = currency;
        this.batch = batch;
    }

    private static StructType schema() {
        StructType schema = new StructType();
        for (StructField field : SparkSchemas.of(Table.EVENTS).fields()) {
            schema = schema.add(new StructField(field.name(), field.dataType(), true, field.metadata()));
        }
        return schema.add("reason", DataTypes.StringType)
                .add("detail", DataTypes.StringType)
                .add("size", DataTypes.LongType)
                .add("letter_key_id", DataTypes.StringType)
                .add("sealed_key", DataTypes.BinaryType)
                .add("sealed_bytes", DataTypes.BinaryType)
                .add("id_high", DataTypes.LongType)
                .add("id_low", DataTypes.LongType);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> records) {
        validator = new EventValidator(currency);
        pseudonyms = keys.pseudonymizer();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return records.hasNext();
            }

            @Override
            public Row next() {
                return parse(records.next());
            }
        };
    }

    /** @param record topic, partition, offset, timestamp, key, value */
    private Row parse(Row record) {
        byte[] value = record.getAs("value");
        Topic topic = Topic.named(record.getAs("topic")).orElseThrow();
        Validated validated = validator.validate(topic, value);
        Object[] row = new Object[SCHEMA.size()];
        row[0] = batch;
        row[1] = topic.topicName();
        row[2] = record.getAs("partition");
        row[3] = record.getAs("offset");
        row[4] = record.getAs("timestamp");
        if (validated instanceof Validated.Accepted accepted) {
            fill(row, accepted.event());
        } else if (validated instanceof Validated.Rejected rejected) {
            byte[] key = record.getAs("key");
            int at = EVENT_COLUMNS.size();
            row[at] = rejected.rejection().reason().code();
            row[at + 1] = rejected.rejection().detail();
            row[at + 2] = value == null ? 0L : (long) value.length;
            row[at + 3] = keys.activeKeyId();
            row[at + 4] = key == null ? null : keys.seal(key);
            row[at + 5] = keys.seal(value == null ? new byte[0] : value);
        }
        return RowFactory.create(row);
    }

    private void fill(Object[] row, Event event) {
        for (int i = 5; i < EVENT_COLUMNS.size(); i++) {
            Column column = EVENT_COLUMNS.get(i);
            row[i] = switch (column.name()) {
                case "duplicate" -> false;
                case "device" -> pseudonyms.pseudonym(event.text("device_id"));
                case "key_id" -> keys.activeKeyId();
                case "extra" -> event.extra().orElse(null);
                default -> external(column.type(), event.values().get(column.name()));
            };
        }
        RecordId id = RecordId.of(event.eventId());
        row[EVENT_COLUMNS.size() + LETTER_COLUMNS.size()] = id.high();
        row[EVENT_COLUMNS.size() + LETTER_COLUMNS.size() + 1] = id.low();
    }

    @SuppressWarnings("unchecked")
    private static Object external(ColumnType type, Object value) {
        if (value == null) {
            return null;
        } else if (type == ColumnType.Primitive.TIMESTAMP) {
            return Timestamp.from(Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS));
        } else if (type instanceof ColumnType.Structs structs) {
            List<Row> rows = ((List<Map<String, Object>>) value)
                    .stream()
                            .map(entry -> RowFactory.create(structs.fields().stream()
                                    .map(field -> external(field.type(), entry.get(field.name())))
                                    .toArray()))
                            .toList();
            // Spark's encoder of rows takes no java.util.List.
            return CollectionConverters.asScala(rows).toSeq();
        }
        return value;
    }
}
