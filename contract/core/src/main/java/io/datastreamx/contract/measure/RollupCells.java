package io.datastreamx.contract.measure;

import java.util.Arrays;
import java.util.Objects;

/**
 * Events added up to rows of the rollups: a hash table from rollup, minute and dimensions to sums. Cells of several
 * tables of this kind, and of several drains, add up. Not thread-safe.
 */
public final class RollupCells {
    private static final Rollup[] ROLLUPS = Rollup.values();
    private static final int[][] PLACES = places();
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int KEPT_SLOTS = 1 << 16;

    /** Takes one cell. */
    public interface Sink<E extends Exception> {
        /**
         * @param minute since the epoch
         * @param dimensions in the order of {@link Rollup#DIMENSIONS}, null where the rollup or the event has none; the
         *     array is filled anew for each
         */
        void take(Rollup rollup, long minute, String[] dimensions, MeasureSums sums, byte[] devices) throws E;
    }

    private final Interner interner = new Interner();
    private Cell[] slots = new Cell[FIRST_SLOTS];
    private int size;

    /** One row of the live table in the making. */
    private static final class Cell {
        private final int hash;
        private final int rollup;
        private final long minute;
        private final String first;
        private final String second;
        private final String third;
        private final MeasureSums sums = new MeasureSums();
        private final DeviceSketch.Builder devices = new DeviceSketch.Builder();

        Cell(int hash, int rollup, long minute, String first, String second, String third) {
            this.hash = hash;
            this.rollup = rollup;
            this.minute = minute;
            this.first = first;
            this.second = second;
            this.third = third;
        }

        boolean is(int wantedHash, int wantedRollup, long wantedMinute, String one, String two, String three) {
            return hash == wantedHash
                    && rollup == wantedRollup
                    && minute == wantedMinute
                    && Objects.equals(first, one)
                    && Objects.equals(second, two)
                    && Objects.equals(third, three);
        }
    }

    /** Of each rollup, where its dimensions stand among all dimensions. */
    private static int[][] places() {
        int[][] places = new int[ROLLUPS.length][];
        for (Rollup rollup : ROLLUPS) {
            if (rollup.dimensions().size() > 3) {
                throw new IllegalStateException("a key has room for three dimensions: " + rollup);
            }
            places[rollup.ordinal()] = rollup.dimensions().stream()
                    .mapToInt(Rollup.DIMENSIONS::indexOf)
                    .toArray();
        }
        return places;
    }

    /**
     * @param dimensions of the event, in the order of {@link Rollup#DIMENSIONS}; null where it has none
     * @param minute in whose minute it counts, since the epoch
     */
    public void add(CountedEvent event, String[] dimensions, long minute, String device) {
        if (!Rollup.counts(event.type())) {
            return;
        }
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = interner.intern(dimensions[i]);
        }
        for (int rollup = 0; rollup < ROLLUPS.length; rollup++) {
            int[] places = PLACES[rollup];
            Cell cell = cell(
                    rollup,
                    minute,
                    dimensions[places[0]],
                    places.length > 1 ? dimensions[places[1]] : null,
                    places.length > 2 ? dimensions[places[2]] : null);
            cell.sums.add(event);
            cell.devices.add(device);
        }
    }

    private Cell cell(int rollup, long minute, String first, String second, String third) {
        int hash = hash(rollup, minute, first, second, third);
        int slot = hash & slots.length - 1;
        while (slots[slot] != null) {
            if (slots[slot].is(hash, rollup, minute, first, second, third)) {
                return slots[slot];
            }
            slot = slot + 1 & slots.length - 1;
        }
        Cell cell = new Cell(hash, rollup, minute, first, second, third);
        slots[slot] = cell;
        if (++size > slots.length / 2) {
            grow();
        }
        return cell;
    }

    private static int hash(int rollup, long minute, String first, String second, String third) {
        int hash = rollup * 31 + Long.hashCode(minute);
        hash = Interner.spread(hash) * 31 + (first == null ? 0 : first.hashCode());
        hash = Interner.spread(hash) * 31 + (second == null ? 0 : second.hashCode());
        hash = Interner.spread(hash) * 31 + (third == null ? 0 : third.hashCode());
        return Interner.spread(hash);
    }

    private void grow() {
        Cell[] old = slots;
        slots = new Cell[old.length * 2];
        for (Cell cell : old) {
            if (cell != null) {
                int slot = cell.hash & slots.length - 1;
                while (slots[slot] != null) {
                    slot = slot + 1 & slots.length - 1;
                }
                slots[slot] = cell;
            }
        }
    }

    public int size() {
        return size;
    }

    /** Hands all cells over and forgets them. */
    public <E extends Exception> void drainTo(Sink<E> sink) throws E {
        String[] dimensions = new String[Rollup.DIMENSIONS.size()];
        for (Cell cell : slots) {
            if (cell == null) {
                continue;
            }
            Arrays.fill(dimensions, null);
            int[] places = PLACES[cell.rollup];
            for (int i = 0; i < places.length; i++) {
                dimensions[places[i]] = i == 0 ? cell.first : i == 1 ? cell.second : cell.third;
            }
            sink.take(ROLLUPS[cell.rollup], cell.minute, dimensions, cell.sums, cell.devices.toBytes());
        }
        if (slots.length > KEPT_SLOTS) {
            slots = new Cell[FIRST_SLOTS];
        } else {
            Arrays.fill(slots, null);
        }
        size = 0;
    }
}
