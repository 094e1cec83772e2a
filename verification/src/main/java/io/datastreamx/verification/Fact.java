package io.datastreamx.verification;

/**
 * What is kept of one record: enough to count any prefix again.
 *
 * @param topic number of the topic in alphabetical order
 * @param appendMs when Kafka appended it
 * @param idHigh first half of the hash of {@code event_id}
 * @param idLow second half
 * @param minute of the event time, since the epoch
 * @param sum what it adds to (see {@link Sums#mainOf})
 * @param amount how much, where it does not only count
 * @param values numbers of its dimension values, in the order of {@link FactLog#DIMENSIONS}; null for a malformed
 *     record
 */
record Fact(
        int topic,
        int partition,
        long offset,
        long appendMs,
        long idHigh,
        long idLow,
        long minute,
        int sum,
        long amount,
        int[] values) {
    boolean malformed() {
        return values == null;
    }
}
