package io.datastreamx.speed.ingest;

import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * Events added up to rows of the rollups: a hash table from rollup, minute and dimensions to sums. Rows of several
 * tasks and of several flushes add up when they are read.
 */
final class RollupCells {
    private static final Rollup[] ROLLUPS = Rollup.values();
    private static final int[][] PLACES = places();
    private static final int FIRST_SLOTS = 1 << 10;

    private final long batch;
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

    RollupCells(long batch) {
        this.batch = batch;
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
    void add(CountedEvent event, String[] dimensions, long minute, String device) {
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

    int size() {
        return size;
    }

    /** Writes all cells as rows of the live table and forgets them. */
    void flush(TableFile file) throws IOException {
        List<String> columns = Table.LIVE.columnNames();
        int firstDimension = columns.indexOf(Rollup.DIMENSIONS.get(0));
        int firstSum = columns.indexOf(MeasureSums.columns().get(0));
        int sums = MeasureSums.columns().size();
        Object[] row = new Object[columns.size()];
        for (Cell cell : slots) {
            if (cell == null) {
                continue;
            }
            row[0] = batch;
            row[1] = ROLLUPS[cell.rollup].id();
            row[2] = cell.minute * 60_000_000L;
            for (int i = 0; i < Rollup.DIMENSIONS.size(); i++) {
                row[firstDimension + i] = null;
            }
            int[] places = PLACES[cell.rollup];
            for (int i = 0; i < places.length; i++) {
                row[firstDimension + places[i]] = i == 0 ? cell.first : i == 1 ? cell.second : cell.third;
            }
            for (int sum = 0; sum < sums; sum++) {
                row[firstSum + sum] = cell.sums.get(sum);
            }
            row[columns.size() - 1] = cell.devices.toBytes();
            file.write(row);
        }
        slots = new Cell[FIRST_SLOTS];
        size = 0;
    }
}
