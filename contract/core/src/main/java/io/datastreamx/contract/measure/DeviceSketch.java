package io.datastreamx.contract.measure;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.apache.datasketches.memory.Memory;

/**
 * The {@code devices} sketch: a HyperLogLog of device pseudonyms (Apache DataSketches, as Spark's
 * {@code hll_sketch_agg} writes it). Sketches of parts unite to the sketch of the whole; the standard error is about
 * 1.6 %.
 */
public final class DeviceSketch {
    public static final String COLUMN = "devices";
    /** log2 of the number of registers. */
    public static final int LG_K = 12;

    private final Union union = new Union(LG_K);

    /** The sketch of these pseudonyms, as Spark's {@code hll_sketch_agg} would estimate it. */
    public static byte[] of(Iterable<String> devices) {
        HllSketch sketch = new HllSketch(LG_K, TgtHllType.HLL_8);
        devices.forEach(sketch::update);
        return sketch.toCompactByteArray();
    }

    /** Adds one serialized sketch; null and empty ones add nothing. */
    public void add(byte[] sketch) {
        if (sketch != null && sketch.length > 0) {
            union.update(HllSketch.heapify(Memory.wrap(sketch)));
        }
    }

    /** Distinct devices, estimated. */
    public long estimate() {
        return Math.round(union.getCompositeEstimate());
    }
}
