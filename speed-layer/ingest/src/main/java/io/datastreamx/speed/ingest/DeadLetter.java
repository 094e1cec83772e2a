package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Rejection;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import java.util.List;

/** A refused record as a row of the dead letters, its bytes encrypted. */
final class DeadLetter {
    private static final List<String> COLUMNS = Table.DEAD_LETTERS.columnNames();
    private static final byte[] NOTHING = {};

    private final long batch;
    private final KeyRing keys;

    DeadLetter(long batch, KeyRing keys) {
        this.batch = batch;
        this.keys = keys;
    }

    /**
     * @param key null where the record has none
     * @param value null for a tombstone
     */
    Object[] row(Rejection rejection, OnePass.Reading reading, byte[] key, byte[] value, long appendMicros) {
        byte[] bytes = value == null ? NOTHING : value;
        Object[] row = new Object[COLUMNS.size()];
        put(row, "ingest_batch", batch);
        put(row, "topic", reading.topic());
        put(row, "partition", reading.partition());
        put(row, "offset", reading.offset());
        put(row, "append_time", appendMicros);
        put(row, "reason", rejection.reason().code());
        put(row, "detail", rejection.detail());
        put(row, "size", (long) bytes.length);
        put(row, "key_id", keys.activeKeyId());
        put(row, "sealed_key", key == null ? null : keys.seal(key));
        put(row, "sealed_bytes", keys.seal(bytes));
        return row;
    }

    private static void put(Object[] row, String column, Object value) {
        row[COLUMNS.indexOf(column)] = value;
    }
}
