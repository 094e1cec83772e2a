package io.datastreamx.bench.peers;

import io.datastreamx.contract.measure.Rollup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Names one cell of a rollup.
 *
 * @param minute since the epoch
 * @param dimensions values in the order of {@link Rollup#dimensions()}; null where the event has none
 */
public record CellKey(Rollup rollup, long minute, List<String> dimensions) {
    private static final Rollup[] ROLLUPS = Rollup.values();

    /** Equal keys have equal bytes. */
    public byte[] toBytes() {
        Packed packed = new Packed();
        packed.put((byte) rollup.ordinal());
        packed.put(minute);
        dimensions.forEach(packed::put);
        return packed.toBytes();
    }

    public static CellKey ofBytes(byte[] bytes) {
        Packed.Reader reader = new Packed.Reader(bytes);
        Rollup rollup = ROLLUPS[reader.octet()];
        long minute = reader.number();
        List<String> dimensions = new ArrayList<>();
        while (reader.hasMore()) {
            dimensions.add(reader.text());
        }
        return new CellKey(rollup, minute, dimensions);
    }

    @Override
    public String toString() {
        return rollup.id() + " " + Instant.ofEpochSecond(60 * minute) + " " + dimensions;
    }
}
