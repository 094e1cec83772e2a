package io.datastreamx.speed.ingest;

import static org.apache.spark.sql.functions.col;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What the driver reads of each parsed record: its identity, where and when it stands in the log, whether it counts.
 */
final class RecordHeads {
    /** The two halves of the {@link RecordId}; null on a dead letter. */
    static final String ID_HIGH = "id_high";

    static final String ID_LOW = "id_low";

    private final int idHigh;
    private final int idLow;
    private final int appendTime;
    private final int topic;
    private final int partition;
    private final int offset;
    private final int eventTime;
    private final int reason;

    /** @param schema of rows with {@link #columns()} */
    RecordHeads(StructType schema) {
        idHigh = schema.fieldIndex(ID_HIGH);
        idLow = schema.fieldIndex(ID_LOW);
        appendTime = schema.fieldIndex("append_time");
        topic = schema.fieldIndex("topic");
        partition = schema.fieldIndex("partition");
        offset = schema.fieldIndex("offset");
        eventTime = schema.fieldIndex("event_time");
        reason = schema.fieldIndex("reason");
    }

    static Column[] columns() {
        return Stream.of(ID_HIGH, ID_LOW, "append_time", "topic", "partition", "offset", "event_time", "reason")
                .map(name -> col(name))
                .toArray(Column[]::new);
    }

    /** False for a dead letter. */
    boolean isEvent(Row row) {
        return row.isNullAt(reason);
    }

    RecordId id(Row row) {
        return new RecordId(row.getLong(idHigh), row.getLong(idLow));
    }

    Position position(Row row) {
        return new Position(appendMicros(row), row.getString(topic), row.getInt(partition), row.getLong(offset));
    }

    long appendMicros(Row row) {
        return micros(row, appendTime);
    }

    long eventMicros(Row row) {
        return micros(row, eventTime);
    }

    private static long micros(Row row, int column) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, row.getTimestamp(column).toInstant());
    }
}
