package io.datastreamx.bench.peers;

import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.List;

/**
 * A valid event, reduced to what live counting needs of it.
 *
 * @param identity what a duplicate has in common with it
 * @param counts whether rollups count it
 * @param minute in whose minute it counts, since the epoch
 * @param dimensions in the order of {@link Rollup#DIMENSIONS}; null where it has none
 * @param contribution what it adds to each of its cells, see {@link LiveCell#add(byte[])}
 */
public record LiveEvent(EventIdentity identity, boolean counts, long minute, String[] dimensions, byte[] contribution) {
    private static final Rollup[] ROLLUPS = Rollup.values();

    /** {@link CellKey#toBytes()} of the cells that it counts in: one of each rollup, or none. */
    public List<byte[]> cells() {
        List<byte[]> cells = new ArrayList<>(ROLLUPS.length);
        if (counts) {
            for (Rollup rollup : ROLLUPS) {
                Packed key = new Packed();
                key.put((byte) rollup.ordinal());
                key.put(minute);
                for (String dimension : rollup.dimensions()) {
                    key.put(dimensions[Rollup.DIMENSIONS.indexOf(dimension)]);
                }
                cells.add(key.toBytes());
            }
        }
        return cells;
    }

    /** All but the identity. */
    public byte[] toBytes() {
        Packed packed = new Packed();
        packed.put((byte) (counts ? 1 : 0));
        packed.put(minute);
        for (String dimension : dimensions) {
            packed.put(dimension);
        }
        packed.put(contribution);
        return packed.toBytes();
    }

    /** @param bytes of {@link #toBytes()} */
    public static LiveEvent of(EventIdentity identity, byte[] bytes) {
        Packed.Reader reader = new Packed.Reader(bytes);
        boolean counts = reader.octet() == 1;
        long minute = reader.number();
        String[] dimensions = new String[Rollup.DIMENSIONS.size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = reader.text();
        }
        return new LiveEvent(identity, counts, minute, dimensions, reader.rest());
    }
}
