package io.datastreamx.lake;

import java.time.Instant;

/**
 * One epoch of a lease, as its file says it.
 *
 * @param holder the process that writes
 * @param home the holder's {@code datastreamx.home}, for people
 * @param acquiredAt ISO-8601, UTC
 * @param expiresAt when somebody else may take over; ISO-8601, UTC
 * @param released whether the holder has given it up
 */
record LeaseTerm(
        long epoch, ProcessIdentity holder, String home, String acquiredAt, String expiresAt, boolean released) {

    static LeaseTerm of(long epoch, ProcessIdentity holder, String home, Instant now, Instant until) {
        return new LeaseTerm(epoch, holder, home, now.toString(), until.toString(), false);
    }

    LeaseTerm renewed(Instant until) {
        return new LeaseTerm(epoch, holder, home, acquiredAt, until.toString(), false);
    }

    LeaseTerm given(Instant at) {
        return new LeaseTerm(epoch, holder, home, acquiredAt, at.toString(), true);
    }

    boolean isFree(Instant now, ProcessIdentity observer) {
        return released || !now.isBefore(Instant.parse(expiresAt)) || holder.isKnownToBeGone(observer);
    }

    @Override
    public String toString() {
        return "pid " + holder.pid() + " on " + holder.host() + " (home " + home + ", epoch " + epoch + ", since "
                + acquiredAt + ")";
    }
}
