package io.datastreamx.lake;

/** What a writer asks before it commits: may I still? See {@link WriterLease}. */
public interface Fence {
    /** For a writer that nobody can compete with. */
    Fence NONE = new Fence() {
        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public void check() {}
    };

    /**
     * Grows from writer to writer: of two, the one with the higher epoch may write. What a writer puts beside a table's
     * log carries it in its name.
     */
    long epoch();

    /** @throws LeaseLostException where another writer has taken over; whoever gets it must not commit any more */
    void check();
}
