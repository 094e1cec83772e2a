package io.datastreamx.serving.lake;

import io.datastreamx.lake.Lake;
import io.datastreamx.process.Background;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.Opportunity;
import io.datastreamx.serving.report.OpportunityQuery;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.Sight;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The merged view over a {@link Copy} of the lake, which is disposable. A thread follows the Delta logs; when following
 * fails, a fresh copy is built while the old one goes on answering for the position that it has. Readings may be taken
 * by any thread.
 */
public final class LakeView implements MergedView {
    private static final Logger LOG = LoggerFactory.getLogger(LakeView.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Lake lake;
    private final ReportLimits limits;
    private final CopySettings settings;
    private final CopyFolder folder;
    private final QueryLimits queryLimits;
    private final EventFiles files;
    private final EventSource eventSource;
    private final LoggedEvents log;
    private final ScheduledExecutorService poller = Background.named("lake-follower");
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Copy serving;
    private volatile String problem = "";
    private Copy following;
    private int failures;
    private volatile long notBefore = System.nanoTime();

    /** With a copy that ends with it. */
    public LakeView(Lake lake, ReportLimits limits) {
        this(lake, limits, CopySettings.temporary());
    }

    public LakeView(Lake lake, ReportLimits limits, CopySettings settings) {
        this.lake = lake;
        this.limits = limits;
        this.settings = settings;
        this.folder = new CopyFolder(settings.folder());
        this.queryLimits = new QueryLimits(settings);
        this.files = new EventFiles(lake);
        this.eventSource = new EventSource(files);
        this.log = new LoggedEvents(files);
    }

    @Override
    public void start(Duration pollInterval) {
        poll();
        long micros = pollInterval.toNanos() / 1000;
        poller.scheduleWithFixedDelay(this::pollInTime, micros, micros, TimeUnit.MICROSECONDS);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public boolean isLoaded() {
        return serving != null;
    }

    @Override
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /** Where files that were listed are gone, since maintenance rewrote them, they are listed anew. */
    @Override
    public Report report(ReportQuery query) {
        try {
            return MergedView.super.report(query);
        } catch (CopyException | UncheckedIOException e) {
            files.forget();
            return MergedView.super.report(query);
        }
    }

    /** Where a file is gone, the log has another in its place by now. */
    @Override
    public Opportunity opportunity(OpportunityQuery query, Sight sight) {
        try {
            return MergedView.super.opportunity(query, sight);
        } catch (CopyException | UncheckedIOException e) {
            return MergedView.super.opportunity(query, sight);
        }
    }

    @Override
    public Reading read() {
        while (true) {
            Copy copy = serving;
            if (copy == null) {
                throw new IllegalStateException("nothing is loaded yet"
                        + problem().map(why -> ": " + why).orElse(""));
            }
            try {
                return new LakeReading(copy.read(queryLimits), eventSource, log, limits);
            } catch (CopyException e) {
                if (copy == serving) {
                    throw e;
                }
                LOG.debug("the copy was replaced just now; reading the new one");
            }
        }
    }

    private void pollInTime() {
        if (System.nanoTime() - notBefore >= 0) {
            poll();
        }
    }

    /** One look at the logs; what {@link #start} does by itself. */
    public synchronized void poll() {
        try {
            if (following == null) {
                following = new Copy(lake, folder, settings);
            }
            boolean changed = following.poll() || following != serving;
            replaceServing();
            problem = "";
            failures = 0;
            if (changed) {
                listeners.forEach(Runnable::run);
            }
        } catch (RuntimeException e) {
            problem = e.toString();
            if (e instanceof CopyException failure && failure.isOutOfMemory()) {
                LOG.warn("following the lake waits for memory (datastreamx.serving.memory-limit)", e);
            } else {
                LOG.warn("following the lake failed; a fresh copy is built", e);
                closeFollowing();
            }
            notBefore = System.nanoTime()
                    + Math.min(LONGEST_WAIT.toNanos(), FIRST_WAIT.toNanos() << Math.min(failures++, 10));
        } catch (Error e) {
            problem = e.toString();
            LOG.error("following the lake ended; answers stay at their position until a restart", e);
            throw e;
        }
    }

    private void replaceServing() {
        Copy old = serving;
        serving = following;
        if (old != null && old != following) {
            old.discard();
        }
    }

    /** What it has loaded helps the next one. */
    private void closeFollowing() {
        if (following != null && following != serving) {
            following.close();
        }
        following = null;
    }

    @Override
    public void close() {
        poller.shutdownNow();
        queryLimits.close();
        try {
            if (!poller.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("the follower of the lake did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            closeFollowing();
            if (serving != null) {
                serving.close();
                serving = null;
            }
            if (!settings.isKept()) {
                folder.delete();
            }
        }
    }
}
