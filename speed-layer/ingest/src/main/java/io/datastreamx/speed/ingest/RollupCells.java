package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events added up to rows of the rollups: a hash map from rollup, minute and dimensions to sums. Rows of several tasks
 * and of several flushes add up when they are read.
 */
final class RollupCells {
    private static final Rollup[] ROLLUPS = Rollup.values();
    private static final int[][] PLACES = places();

    private record Key(int rollup, long minute, String first, String second, String third) {}

    private static final class Cell {
        private final MeasureSums sums = new MeasureSums();
        private final Set<String> devices = new HashSet<>(2);
    }

    private final long batch;
    private final Map<Key, Cell> cells = new HashMap<>();

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
        if (event.type() == EventType.AD_DELIVERY) {
            return;
        }
        for (int rollup = 0; rollup < ROLLUPS.length; rollup++) {
            int[] places = PLACES[rollup];
            Key key = new Key(
                    rollup,
                    minute,
                    dimensions[places[0]],
                    places.length > 1 ? dimensions[places[1]] : null,
                    places.length > 2 ? dimensions[places[2]] : null);
            Cell cell = cells.computeIfAbsent(key, absent -> new Cell());
            cell.sums.add(event);
            cell.devices.add(device);
        }
    }

    int size() {
        return cells.size();
    }

    /** Writes all cells as rows of the live table and forgets them. */
    void flush(TableFile file) throws IOException {
        List<String> columns = Table.LIVE.columnNames();
        int firstDimension = columns.indexOf(Rollup.DIMENSIONS.get(0));
        int firstSum = columns.indexOf(MeasureSums.columns().get(0));
        int sums = MeasureSums.columns().size();
        for (Map.Entry<Key, Cell> entry : cells.entrySet()) {
            Key key = entry.getKey();
            Cell cell = entry.getValue();
            Object[] row = new Object[columns.size()];
            row[0] = batch;
            row[1] = ROLLUPS[key.rollup()].id();
            row[2] = key.minute() * 60_000_000L;
            String[] values = {key.first(), key.second(), key.third()};
            int[] places = PLACES[key.rollup()];
            for (int i = 0; i < places.length; i++) {
                row[firstDimension + places[i]] = values[i];
            }
            for (int sum = 0; sum < sums; sum++) {
                row[firstSum + sum] = cell.sums.get(sum);
            }
            row[columns.size() - 1] = DeviceSketch.of(cell.devices);
            file.write(row);
        }
        cells.clear();
    }
}
