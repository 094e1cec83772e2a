package io.datastreamx.contract.measure;

/**
 * Gives equal strings as one object, so that they are compared by reference and their hash is computed once. Forgets
 * all when it is full, so it never takes more than a few megabytes; who holds a string from before then meets another
 * for the same text.
 */
final class Interner {
    private static final int SLOTS = 1 << 16;
    private static final int MAX_STRINGS = SLOTS / 2;

    private String[] slots = new String[SLOTS];
    private int size;

    /** @param text null is null */
    String intern(String text) {
        if (text == null) {
            return null;
        }
        int slot = spread(text.hashCode()) & SLOTS - 1;
        while (true) {
            String known = slots[slot];
            if (known == null) {
                if (size >= MAX_STRINGS) {
                    slots = new String[SLOTS];
                    size = 0;
                    slot = spread(text.hashCode()) & SLOTS - 1;
                }
                slots[slot] = text;
                size++;
                return text;
            }
            if (known.equals(text)) {
                return known;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    /** The finalizer of MurmurHash3: neighbouring names must not lie side by side. */
    static int spread(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
