package io.datastreamx.verification;

/**
 * What is kept of one record: enough to count any prefix again.
 *
 * @param topic number of the topic in alphabetical order
 * @param appendMs when Kafka appended it
 * @param day of the event time as the sender gave it, UTC, since the epoch
 * @param minute in which it counts, since the epoch
 * @param wrongClock whether the event time cannot be believed and the event adds to something
 * @param duplicate whether its partition held its like, shortly before
 * @param sum what it adds to (see {@link Sums#mainOf})
 * @param amount how much, where it does not only count
 * @param withoutFill whether it is a complete to which no fill is known
 * @param values numbers of its dimension values, in the order of {@link FactLog#DIMENSIONS}; null for a malformed
 *     record
 */
record Fact(
        int topic,
        int partition,
        long offset,
        long appendMs,
        long day,
        long minute,
        boolean wrongClock,
        boolean duplicate,
        int sum,
        long amount,
        boolean withoutFill,
        int[] values) {
    static Fact ofMalformed(int topic, int partition, long offset, long appendMs) {
        return new Fact(topic, partition, offset, appendMs, 0, 0, false, false, Sums.NOTHING, 0, false, null);
    }

    boolean malformed() {
        return values == null;
    }

    boolean counts() {
        return !malformed() && !duplicate;
    }
}
