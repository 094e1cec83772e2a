package io.datastreamx.lake;

import io.datastreamx.config.LeaseSettings;
import io.datastreamx.process.Background;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to be the only writer of something, on any file system with put-if-absent. Each holder has an epoch of its
 * own, one higher than the last; who finds a higher one than his is fenced and must stop. Time only decides when a
 * lease may be taken over, never who may write, so clocks that disagree cost a stop and no data. A lease whose holder
 * is known to have died on this machine is taken over at once.
 *
 * <p>A holder that is halted between {@link #check} and its commit can still commit: that one commit must be harmless,
 * which in the lake the table's own transaction identifiers see to (Delta protocol, "Transaction Identifiers").
 * Thread-safe.
 */
public final class WriterLease implements Fence, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriterLease.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final LeaseFolder folder;
    private final LeaseSettings terms;
    private final Clock clock;
    private final ScheduledExecutorService renewals = Background.named("lease-renewal");
    private final long epoch;
    private LeaseTerm term;
    private volatile boolean lost;

    private WriterLease(LeaseFolder folder, LeaseTerm term, LeaseSettings terms, Clock clock) {
        this.folder = folder;
        this.epoch = term.epoch();
        this.term = term;
        this.terms = terms;
        this.clock = clock;
    }

    /** What {@link #acquire} needs to know of time: the clock, and how to wait. */
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    /** Acquires in real time. See {@link #acquire(LakeFiles, String, String, LeaseSettings, Clock, Pause)}. */
    public static WriterLease acquire(LakeFiles files, String folderUri, String home, LeaseSettings terms)
            throws InterruptedException {
        return acquire(files, folderUri, home, terms, duration -> Thread.sleep(duration.toMillis()));
    }

    /** The same with a way to wait that can be cut short. */
    public static WriterLease acquire(LakeFiles files, String folderUri, String home, LeaseSettings terms, Pause pause)
            throws InterruptedException {
        return acquire(files, folderUri, home, terms, Clock.systemUTC(), pause);
    }

    /**
     * Takes the lease where it is free, given up, expired, or its holder dead on this machine; waits up to
     * {@code terms.maxWait()} for that.
     *
     * @param folderUri where the lease lives, such as {@code gs://bucket/lake/leases/ingest}
     * @param home shown to whoever is refused
     * @throws LeaseHeldException where another process holds it; nothing has changed then
     */
    public static WriterLease acquire(
            LakeFiles files, String folderUri, String home, LeaseSettings terms, Clock clock, Pause pause)
            throws InterruptedException {
        LeaseFolder folder = new LeaseFolder(files, folderUri);
        ProcessIdentity self = ProcessIdentity.current();
        Instant patience = clock.instant().plus(terms.maxWait());
        boolean waiting = false;
        while (true) {
            Optional<LeaseTerm> before = folder.inForce();
            Instant now = clock.instant();
            if (before.isEmpty() || before.get().isFree(now, self)) {
                long epoch = before.map(LeaseTerm::epoch).orElse(0L) + 1;
                LeaseTerm mine = LeaseTerm.of(epoch, self, home, now, now.plus(terms.ttl()));
                if (folder.create(mine)) {
                    before.filter(held -> !held.released())
                            .ifPresent(held -> LOG.warn("{} is taken over from {}", folderUri, held));
                    LOG.info("{} is held with epoch {}", folderUri, epoch);
                    folder.removeOld(epoch);
                    return new WriterLease(folder, mine, terms, clock);
                }
            } else if (!now.isBefore(patience)) {
                throw refused(folderUri, before.get());
            } else {
                if (!waiting) {
                    LOG.info("waiting up to {} for {}, held by {}", terms.maxWait(), folderUri, before.get());
                    waiting = true;
                }
                pause.of(shortest(Duration.between(now, patience), LONGEST_PAUSE));
            }
        }
    }

    private static LeaseHeldException refused(String folderUri, LeaseTerm holder) {
        return new LeaseHeldException("another process writes here: " + holder + ". Its lease " + folderUri
                + " ends at " + holder.expiresAt() + " unless it is renewed. Nothing was changed."
                + " Stop that process, or let this one wait for its turn: datastreamx.lease.max-wait=2m");
    }

    /**
     * Renews in the background from now on.
     *
     * @param onLost told once, by another thread, if somebody else takes over
     */
    public void keepRenewing(Consumer<LeaseLostException> onLost) {
        long period = Math.max(1, terms.ttl().toMillis() / 3);
        renewals.scheduleWithFixedDelay(
                () -> {
                    try {
                        renew();
                    } catch (LeaseLostException e) {
                        renewals.shutdown();
                        onLost.accept(e);
                    } catch (RuntimeException e) {
                        LOG.warn("{} was not renewed and will be tried again", folder.uri(), e);
                    }
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void check() {
        OptionalLong highest = folder.highest();
        if (lost || highest.isEmpty() || highest.getAsLong() != epoch) {
            lost = true;
            throw new LeaseLostException("this process was the writer of " + folder.uri() + " with epoch " + epoch
                    + ", and now " + folder.inForce().map(LeaseTerm::toString).orElse("nobody")
                    + " is; it commits nothing more and ends");
        }
    }

    /** Whether somebody else is known to have taken over. */
    public boolean isLost() {
        return lost;
    }

    synchronized void renew() {
        check();
        term = term.renewed(clock.instant().plus(terms.ttl()));
        folder.replace(term);
    }

    /** Gives it up, so that the next writer need not wait. Nothing happens where it is lost. */
    @Override
    public synchronized void close() {
        renewals.shutdown();
        try {
            check();
            term = term.given(clock.instant());
            folder.replace(term);
            LOG.info("{} is given up", folder.uri());
        } catch (LeaseLostException e) {
            LOG.debug("nothing to give up", e);
        } catch (RuntimeException e) {
            LOG.warn("{} could not be given up; the next writer waits until {}", folder.uri(), term.expiresAt(), e);
        }
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
