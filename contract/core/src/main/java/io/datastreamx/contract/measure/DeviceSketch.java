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

    /**
     * The sketch of pseudonyms, as Spark's {@code hll_sketch_agg} would estimate it. Most cells of a micro-batch see
     * one device, so a sketch is made for the second. Not thread-safe.
     */
    public static final class Builder {
        private String only;
        private HllSketch sketch;

        /** One that goes on where another stopped. @param sketch of {@link #toBytes()} */
        public static Builder of(byte[] sketch) {
            Builder builder = new Builder();
            if (sketch.length > 0) {
                builder.sketch = HllSketch.heapify(Memory.wrap(sketch));
            }
            return builder;
        }

        public void add(String device) {
            if (sketch != null) {
                sketch.update(device);
            } else if (only == null) {
                only = device;
            } else if (!only.equals(device)) {
                sketch = sketchOf(only);
                sketch.update(device);
            }
        }

        /** Empty where nothing was added. */
        public byte[] toBytes() {
            if (sketch != null) {
                return sketch.toCompactByteArray();
            }
            return only == null ? new byte[0] : sketchOf(only).toCompactByteArray();
        }

        private static HllSketch sketchOf(String device) {
            HllSketch sketch = new HllSketch(LG_K, TgtHllType.HLL_8);
            sketch.update(device);
            return sketch;
        }
    }

    /** Adds one serialized sketch; null and empty ones add nothing. */
    public void add(byte[] sketch) {
        if (sketch != null && sketch.length > 0) {
            union.update(HllSketch.heapify(Memory.wrap(sketch)));
        }
    }

    /**
     * The sketch of all that was added, empty where nothing was. Its estimate does not depend on the order in which
     * they were, its bytes do.
     */
    public byte[] toBytes() {
        return union.isEmpty() ? new byte[0] : union.getResult(TgtHllType.HLL_8).toCompactByteArray();
    }

    /** Distinct devices, estimated. */
    public long estimate() {
        return Math.round(union.getCompositeEstimate());
    }
}
