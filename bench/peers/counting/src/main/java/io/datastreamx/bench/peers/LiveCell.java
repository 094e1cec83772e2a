package io.datastreamx.bench.peers;

import io.datastreamx.contract.measure.CountedEvent;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.MeasureSums;

/**
 * What a peer keeps of one cell: how many events it counts, their sums, and the sketch of their devices. Not
 * thread-safe.
 */
public final class LiveCell {
    private static final int COLUMNS = MeasureSums.columns().size();

    private long events;
    private final long[] sums = new long[COLUMNS];
    private DeviceSketch.Builder devices = new DeviceSketch.Builder();

    /** What one event adds to any of its cells: the device, then the sums that are not zero. */
    static byte[] contribution(CountedEvent event, String device) {
        MeasureSums added = new MeasureSums();
        added.add(event);
        Packed packed = new Packed();
        packed.put(device);
        for (int column = 0; column < COLUMNS; column++) {
            put(column, added.get(column), packed);
        }
        return packed.toBytes();
    }

    /**
     * Counts one more event.
     *
     * @param contribution of {@link LiveEvent}
     * @return this
     * @throws ArithmeticException where a sum would pass 2^63
     */
    public LiveCell add(byte[] contribution) {
        Packed.Reader reader = new Packed.Reader(contribution);
        devices.add(reader.text());
        while (reader.hasMore()) {
            int column = reader.octet();
            sums[column] = Math.addExact(sums[column], reader.number());
        }
        events++;
        return this;
    }

    /** Events that count in the cell. */
    public long events() {
        return events;
    }

    /** @param column index into {@link MeasureSums#columns()} */
    public long sum(int column) {
        return sums[column];
    }

    /** The sketch of the devices, for {@link DeviceSketch#add}. */
    public byte[] devices() {
        return devices.toBytes();
    }

    public byte[] toBytes() {
        Packed packed = new Packed();
        packed.put(events);
        packed.putWithLength(devices.toBytes());
        for (int column = 0; column < COLUMNS; column++) {
            put(column, sums[column], packed);
        }
        return packed.toBytes();
    }

    /** {@link #events()} of a cell that is still in its bytes. @param bytes of {@link #toBytes()} */
    public static long eventsOf(byte[] bytes) {
        return new Packed.Reader(bytes).number();
    }

    /** @param bytes of {@link #toBytes()} */
    public static LiveCell ofBytes(byte[] bytes) {
        Packed.Reader reader = new Packed.Reader(bytes);
        LiveCell cell = new LiveCell();
        cell.events = reader.number();
        cell.devices = DeviceSketch.Builder.of(reader.withLength());
        while (reader.hasMore()) {
            int column = reader.octet();
            cell.sums[column] = reader.number();
        }
        return cell;
    }

    private static void put(int column, long amount, Packed packed) {
        if (amount != 0) {
            packed.put((byte) column);
            packed.put(amount);
        }
    }
}
