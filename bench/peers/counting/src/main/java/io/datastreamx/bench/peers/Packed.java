package io.datastreamx.bench.peers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow as values are put in: whole numbers in as few bytes as they need, texts and bytes with a length. */
final class Packed {
    private byte[] bytes = new byte[128];
    private int size;

    void put(byte value) {
        reserve(1);
        bytes[size++] = value;
    }

    /** Small numbers of either sign are short. */
    void put(long value) {
        reserve(10);
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** @param text null is kept as null */
    void put(String text) {
        if (text == null) {
            put(-1L);
        } else {
            putWithLength(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void putWithLength(byte[] value) {
        put((long) value.length);
        put(value);
    }

    /** Without a length: of what comes last. */
    void put(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }

    /** Reads the values in the order in which they were put. */
    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.length;
        }

        byte octet() {
            return bytes[at++];
        }

        long number() {
            long value = 0;
            int shift = 0;
            byte next;
            do {
                next = bytes[at++];
                value |= (next & 0x7fL) << shift;
                shift += 7;
            } while (next < 0);
            return value >>> 1 ^ -(value & 1);
        }

        String text() {
            int length = (int) number();
            if (length < 0) {
                return null;
            }
            at += length;
            return new String(bytes, at - length, length, StandardCharsets.UTF_8);
        }

        byte[] withLength() {
            int length = (int) number();
            at += length;
            return Arrays.copyOfRange(bytes, at - length, at);
        }

        byte[] rest() {
            int from = at;
            at = bytes.length;
            return Arrays.copyOfRange(bytes, from, at);
        }
    }
}
