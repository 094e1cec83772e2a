package io.datastreamx.bench;

import io.datastreamx.bench.peers.CellKey;
import io.datastreamx.bench.peers.LiveCell;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.MeasureSums;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.TableRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a contender has counted.
 *
 * @param accepted events that count
 * @param cells sums and estimated devices by {@link CellKey#toBytes()}
 */
record Answers(long accepted, Map<ByteBuffer, Cell> cells) {
    private static final List<String> SUMS = MeasureSums.columns();

    /** @param sums number of the column and value of those that are not zero; kept small, since there are many */
    record Cell(ByteBuffer sums, long devices) {
        static Cell of(long[] sums, long devices) {
            ByteBuffer packed = ByteBuffer.allocate(9 * SUMS.size());
            for (int column = 0; column < sums.length; column++) {
                if (sums[column] != 0) {
                    packed.put((byte) column).putLong(sums[column]);
                }
            }
            byte[] exact = new byte[packed.position()];
            packed.flip().get(exact);
            return new Cell(ByteBuffer.wrap(exact), devices);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (ByteBuffer rest = sums.duplicate(); rest.hasRemaining(); ) {
                text.append(SUMS.get(rest.get()))
                        .append('=')
                        .append(rest.getLong())
                        .append(' ');
            }
            return text.append("devices=").append(devices).toString();
        }
    }

    /** One cell of the lake in the making: its rows of several batches add up. */
    private static final class Uniting {
        private final long[] sums = new long[SUMS.size()];
        private final DeviceSketch devices = new DeviceSketch();

        void add(TableRow row) {
            for (int column = 0; column < sums.length; column++) {
                sums[column] = Math.addExact(sums[column], row.number(SUMS.get(column)));
            }
            devices.add(row.bytesIfAny(DeviceSketch.COLUMN).orElse(null));
        }
    }

    /** Of the live table. @param accepted as the ledger says */
    static Answers ofLake(Lake lake, long accepted) {
        Map<ByteBuffer, Uniting> uniting = new HashMap<>();
        lake.table(Table.LIVE).forEach(row -> uniting.computeIfAbsent(ByteBuffer.wrap(key(row)), key -> new Uniting())
                .add(row));
        Map<ByteBuffer, Cell> cells = new HashMap<>();
        uniting.forEach((key, cell) -> cells.put(key, Cell.of(cell.sums, cell.devices.estimate())));
        return new Answers(accepted, cells);
    }

    private static byte[] key(TableRow row) {
        Rollup rollup = null;
        for (Rollup candidate : Rollup.values()) {
            rollup = candidate.id().equals(row.text(Rollup.COLUMN)) ? candidate : rollup;
        }
        List<String> dimensions = new ArrayList<>();
        for (String dimension : rollup.dimensions()) {
            dimensions.add(row.textIfAny(dimension).orElse(null));
        }
        return new CellKey(rollup, row.time(Rollup.MINUTE).getEpochSecond() / 60, dimensions).toBytes();
    }

    /** Of a peer. @param latest the last {@link LiveCell#toBytes()} of each key */
    static Answers ofPeer(Map<ByteBuffer, byte[]> latest) {
        Map<ByteBuffer, Cell> cells = new HashMap<>();
        long accepted = 0;
        for (Map.Entry<ByteBuffer, byte[]> entry : latest.entrySet()) {
            LiveCell cell = LiveCell.ofBytes(entry.getValue());
            long[] sums = new long[SUMS.size()];
            for (int column = 0; column < sums.length; column++) {
                sums[column] = cell.sum(column);
            }
            DeviceSketch devices = new DeviceSketch();
            devices.add(cell.devices());
            cells.put(entry.getKey(), Cell.of(sums, devices.estimate()));
            accepted += cell.events();
        }
        // Each event of a fleet counts in one cell of each rollup.
        return new Answers(accepted / Rollup.values().length, cells);
    }

    /** What differs, at most {@code limit} lines; empty where both say the same of every cell. */
    List<String> differences(Answers other, int limit) {
        List<String> found = new ArrayList<>();
        if (accepted != other.accepted) {
            found.add("accepted events: " + accepted + " and " + other.accepted);
        }
        for (Map.Entry<ByteBuffer, Cell> cell : cells.entrySet()) {
            Cell counterpart = other.cells.get(cell.getKey());
            if (!cell.getValue().equals(counterpart)) {
                found.add(name(cell.getKey()) + ": " + cell.getValue() + " and "
                        + (counterpart == null ? "nothing" : counterpart));
            }
        }
        for (ByteBuffer key : other.cells.keySet()) {
            if (!cells.containsKey(key)) {
                found.add(name(key) + ": nothing and " + other.cells.get(key));
            }
        }
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    private static String name(ByteBuffer key) {
        return CellKey.ofBytes(key.array()).toString();
    }
}
