package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Rejection;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.spark.SparkSchemas;
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
    /** Of a dead letter; the raw log has a {@code key_id} of its own. */
    static final String LETTER_KEY_ID = "letter_key_id";

    static final StructType SCHEMA = schema();

    private static final int INGEST_BATCH = SCHEMA.fieldIndex("ingest_batch");
    private static final int TOPIC = SCHEMA.fieldIndex("topic");
    private static final int PARTITION = SCHEMA.fieldIndex("partition");
    private static final int OFFSET = SCHEMA.fieldIndex("offset");
    private static final int APPEND_TIME = SCHEMA.fieldIndex("append_time");
    private static final int DUPLICATE = SCHEMA.fieldIndex("duplicate");
    private static final int DEVICE = SCHEMA.fieldIndex("device");
    private static final int KEY_ID = SCHEMA.fieldIndex("key_id");
    private static final int EXTRA = SCHEMA.fieldIndex("extra");
    private static final int REASON = SCHEMA.fieldIndex("reason");
    private static final int DETAIL = SCHEMA.fieldIndex("detail");
    private static final int SIZE = SCHEMA.fieldIndex("size");
    private static final int SEALING_KEY_ID = SCHEMA.fieldIndex(LETTER_KEY_ID);
    private static final int SEALED_KEY = SCHEMA.fieldIndex("sealed_key");
    private static final int SEALED_BYTES = SCHEMA.fieldIndex("sealed_bytes");
    private static final int ID_HIGH = SCHEMA.fieldIndex(RecordHeads.ID_HIGH);
    private static final int ID_LOW = SCHEMA.fieldIndex(RecordHeads.ID_LOW);

    /** The columns that hold a field of the event as it came. */
    private static final List<FieldColumn> FIELDS = Table.EVENTS.columns().stream()
            .filter(column -> EventSchema.allFields().containsKey(column.name()))
            .map(column -> new FieldColumn(column.name(), column.type(), SCHEMA.fieldIndex(column.name())))
            .toList();

    private record FieldColumn(String field, ColumnType type, int at) {}

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
                .add(LETTER_KEY_ID, DataTypes.StringType)
                .add("sealed_key", DataTypes.BinaryType)
                .add("sealed_bytes", DataTypes.BinaryType)
                .add(RecordHeads.ID_HIGH, DataTypes.LongType)
                .add(RecordHeads.ID_LOW, DataTypes.LongType);
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
        row[INGEST_BATCH] = batch;
        row[TOPIC] = topic.topicName();
        row[PARTITION] = record.getAs("partition");
        row[OFFSET] = record.getAs("offset");
        row[APPEND_TIME] = record.getAs("timestamp");
        if (validated instanceof Validated.Accepted accepted) {
            event(row, accepted.event());
        } else if (validated instanceof Validated.Rejected rejected) {
            deadLetter(row, rejected.rejection(), record.getAs("key"), value == null ? new byte[0] : value);
        }
        return RowFactory.create(row);
    }

    private void event(Object[] row, Event event) {
        for (FieldColumn column : FIELDS) {
            row[column.at()] = external(column.type(), event.values().get(column.field()));
        }
        row[DUPLICATE] = false;
        row[DEVICE] = pseudonyms.pseudonym(event.text(EventSchema.DEVICE_ID.name()));
        row[KEY_ID] = keys.activeKeyId();
        row[EXTRA] = event.extra().orElse(null);
        RecordId id = RecordId.of(event.eventId());
        row[ID_HIGH] = id.high();
        row[ID_LOW] = id.low();
    }

    /** @param key null where the record has none */
    private void deadLetter(Object[] row, Rejection rejection, byte[] key, byte[] value) {
        row[REASON] = rejection.reason().code();
        row[DETAIL] = rejection.detail();
        row[SIZE] = (long) value.length;
        row[SEALING_KEY_ID] = keys.activeKeyId();
        row[SEALED_KEY] = key == null ? null : keys.seal(key);
        row[SEALED_BYTES] = keys.seal(value);
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
