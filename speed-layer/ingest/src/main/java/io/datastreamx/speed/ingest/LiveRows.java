package io.datastreamx.speed.ingest;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.measure.RollupCells;
import io.datastreamx.contract.table.Table;
import java.io.IOException;
import java.util.List;

/** Cells of one batch as rows of the live table. */
final class LiveRows implements RollupCells.Sink<IOException> {
    private static final List<String> COLUMNS = Table.LIVE.columnNames();
    private static final int ROLLUP = COLUMNS.indexOf(Rollup.COLUMN);
    private static final int MINUTE = COLUMNS.indexOf(Rollup.MINUTE);
    private static final int FIRST_DIMENSION = COLUMNS.indexOf(Rollup.DIMENSIONS.get(0));
    private static final int FIRST_SUM = COLUMNS.indexOf(MeasureSums.columns().get(0));
    private static final int DEVICES = COLUMNS.indexOf(DeviceSketch.COLUMN);
    private static final long MICROS_PER_MINUTE = 60_000_000;

    private final TableFile file;
    private final Object[] row = new Object[COLUMNS.size()];

    LiveRows(TableFile file, long batch) {
        this.file = file;
        row[COLUMNS.indexOf("ingest_batch")] = batch;
    }

    @Override
    public void take(Rollup rollup, long minute, String[] dimensions, MeasureSums sums, byte[] devices)
            throws IOException {
        row[ROLLUP] = rollup.id();
        row[MINUTE] = minute * MICROS_PER_MINUTE;
        System.arraycopy(dimensions, 0, row, FIRST_DIMENSION, dimensions.length);
        for (int sum = 0; sum < MeasureSums.columns().size(); sum++) {
            row[FIRST_SUM + sum] = sums.get(sum);
        }
        row[DEVICES] = devices;
        file.write(row);
    }
}
