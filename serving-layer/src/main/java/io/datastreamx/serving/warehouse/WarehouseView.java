package io.datastreamx.serving.warehouse;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.process.Background;
import io.datastreamx.serving.report.LedgerBatch;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BigQuery's tables and views. Every look at BigQuery is billed, so it looks for news only while somebody reads: at the
 * poll interval while readings go on, and at once when the first comes after a pause. While BigQuery cannot be asked,
 * the position that is known stays, and reports that are not cached fail with its error.
 */
public final class WarehouseView implements MergedView {
    private static final Logger LOG = LoggerFactory.getLogger(WarehouseView.class);

    private final Dataset dataset;
    private final BigQueryClient client;
    private final ReportLimits limits;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService poller = Background.named("bigquery-follower");
    private volatile WarehouseReading latest;
    private volatile String problem = "";
    private volatile long read = System.nanoTime();
    private volatile long intervalNanos = Long.MAX_VALUE / 4;

    public WarehouseView(BigQuerySettings settings, BigQueryClient client, ReportLimits limits) {
        this.dataset = new Dataset(settings.project(), settings.dataset());
        this.client = client;
        this.limits = limits;
    }

    @Override
    public void start(Duration pollInterval) {
        intervalNanos = pollInterval.toNanos();
        poll();
        poller.scheduleWithFixedDelay(this::pollWhileRead, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }

    private void pollWhileRead() {
        if (System.nanoTime() - read < 2 * intervalNanos) {
            poll();
        }
    }

    @Override
    public Reading read() {
        long now = System.nanoTime();
        boolean afterPause = now - read > 2 * intervalNanos;
        read = now;
        // Else the poller looks: readers do not wait for a BigQuery that does not answer.
        if (latest == null || afterPause) {
            poll();
        }
        if (latest == null) {
            throw new IllegalStateException("nothing is loaded yet: " + problem);
        }
        return latest;
    }

    /** One look at BigQuery; what {@link #start} does by itself. */
    public void poll() {
        boolean changed = false;
        synchronized (this) {
            try {
                WarehouseReading.Told told = position();
                changed = latest == null || !latest.isOf(told);
                if (changed) {
                    WarehouseReading next = new WarehouseReading(dataset, told, new AnswerCache(client), limits);
                    next.bringLosses();
                    latest = next;
                }
                problem = "";
            } catch (WarehouseException e) {
                problem = e.status() == 404
                        ? "BigQuery has no view " + dataset.quoted(MergedViews.POSITION)
                                + " yet: ingest makes it when it starts with datastreamx.bigquery.project set, and a night does"
                        : e.getMessage();
                LOG.warn("no news from BigQuery: {}", problem);
            }
        }
        if (changed) {
            listeners.forEach(Runnable::run);
        }
    }

    private WarehouseReading.Told position() {
        Map<String, Object> row = client.query("SELECT * FROM " + dataset.quoted(MergedViews.POSITION))
                .get(0);
        InForce inForce = InForce.ofPosition(row);
        Position position =
                new Position((Long) row.get("ingest_batch"), inForce.cut(), inForce.version(), inForce.grains());
        Map<String, Long> offsets =
                row.get("offsets") == null ? Map.of() : LedgerBatch.ends((String) row.get("offsets"));
        return new WarehouseReading.Told(position, offsets, Optional.ofNullable((Instant) row.get("max_append_time")));
    }

    @Override
    public boolean isLoaded() {
        return latest != null;
    }

    @Override
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        poller.shutdownNow();
    }
}
