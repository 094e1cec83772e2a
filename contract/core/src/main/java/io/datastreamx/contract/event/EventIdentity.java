package io.datastreamx.contract.event;

import io.datastreamx.contract.privacy.KeyRing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;

/**
 * What makes two records one event. Of what boxes send, {@code device_id}, {@code event_type}, {@code event_id} and
 * {@code event_time}: a retry repeats all four, and ids that a box makes need only be unique within the box. Of what
 * our services write, {@code event_type} and {@code event_id}: two routers may decide one request at different moments.
 *
 * <p>Kept as two hashes under a key of its own that does not rotate, so that a retry is recognised across a rotation of
 * the pseudonyms' key, and nobody can try device ids against it. Two events share both with a chance below 1e-20.
 *
 * @param id of all but the time: equal where an id is used again for other content
 * @param time of all together
 */
public record EventIdentity(long id, long time) {
    /** Bytes that an identity has in the raw log. */
    public static final int BYTES = 16;

    /** As the raw log keeps it: both hashes, big-endian. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(id).putLong(time).array();
    }

    public static EventIdentity ofBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new EventIdentity(buffer.getLong(), buffer.getLong());
    }

    /** Makes identities under one key ring. Not thread-safe. */
    public static final class Hasher {
        private final Mac mac;

        public Hasher(KeyRing keys) {
            this.mac = keys.identities();
        }

        public EventIdentity of(Event event) {
            boolean fromBox = event.type().isFromBox();
            mac.update((byte) event.type().ordinal());
            update(event.eventId());
            if (fromBox) {
                update(event.text(EventSchema.DEVICE_ID.name()));
            }
            ByteBuffer hash = ByteBuffer.wrap(mac.doFinal());
            long id = hash.getLong();
            long seed = hash.getLong();
            return new EventIdentity(id, fromBox ? mix(seed + mix(event.eventTimeMicros())) : seed);
        }

        private void update(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            mac.update((byte) (bytes.length >>> 8));
            mac.update((byte) bytes.length);
            mac.update(bytes);
        }

        /** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
        private static long mix(long value) {
            long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
            mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
            return mixed ^ mixed >>> 33;
        }
    }
}
