package io.datastreamx.lake;

import java.time.Instant;

/**
 * One epoch of a lease, as its file says it.
 *
 * @param holder the process that writes
 * @param home the holder's {@code datastreamx.home}, for people
 * @param expiresAt when somebody else may take over
 * @param released whether the holder has given it up
 */
record LeaseTerm(
        long epoch, ProcessIdentity holder, String home, Instant acquiredAt, Instant expiresAt, boolean released) {

    LeaseTerm renewed(Instant until) {
        return new LeaseTerm(epoch, holder, home, acquiredAt, until, false);
    }

    LeaseTerm given(Instant at) {
        return new LeaseTerm(epoch, holder, home, acquiredAt, at, true);
    }

    boolean isFree(Instant now, ProcessIdentity observer) {
        return released || !now.isBefore(expiresAt) || holder.isKnownToBeGone(observer);
    }

    @Override
    public String toString() {
        return "pid " + holder.pid() + " on " + holder.host() + " (home " + home + ", epoch " + epoch + ", since "
                + acquiredAt + ")";
    }
}
