package io.datastreamx.speed.ingest;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.process.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands complete batches over to BigQuery, in their order and several at a time: at every interval what has come since.
 * It starts where BigQuery's ledger ends, so that a restart or an outage, however long, leaves neither a gap nor
 * anything twice. A failure is logged and tried again; ingest goes on meanwhile.
 */
final class BigQueryHandOver implements LivePublication {
    private static final Logger LOG = LoggerFactory.getLogger(BigQueryHandOver.class);
    /** Records handed over at a time while catching up. */
    private static final long RECORDS_AT_A_TIME = 250_000;

    private static final long PATIENCE_SECONDS = 20;

    private final LiveWarehouse live;
    private final Lake lake;
    private final Duration interval;
    /** Records by complete batch that is not in BigQuery yet. */
    private final ConcurrentSkipListMap<Long, Long> waiting = new ConcurrentSkipListMap<>();

    private final ScheduledExecutorService worker = Background.named("bigquery-live");
    private boolean begun;
    private long last;

    BigQueryHandOver(LiveWarehouse live, Lake lake, Duration interval) {
        this.live = live;
        this.lake = lake;
        this.interval = interval;
    }

    void start() {
        worker.scheduleWithFixedDelay(this::handOverInTime, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void completed(LedgerEntry entry) {
        waiting.put(entry.batch(), entry.read());
    }

    private void handOverInTime() {
        try {
            handOver();
        } catch (RuntimeException e) {
            if (!worker.isShutdown()) {
                LOG.warn(
                        "BigQuery lacks the batches after {} for now, {} of them; ingest goes on and this is tried again in {}: {}",
                        last,
                        waiting.size(),
                        interval,
                        e.getMessage());
            }
        }
    }

    /** Everything that is complete now. */
    void handOver() {
        if (!begun) {
            last = live.begin();
            new Ledger(lake)
                    .entries().stream().filter(entry -> entry.batch() > last).forEach(this::completed);
            begun = true;
        }
        waiting.headMap(last, true).clear();
        while (!waiting.isEmpty() && !worker.isShutdown()) {
            List<Long> group = nextGroup();
            long end = group.get(group.size() - 1);
            live.append(last, end);
            last = end;
            waiting.headMap(last, true).clear();
        }
    }

    private List<Long> nextGroup() {
        List<Long> group = new ArrayList<>();
        long records = 0;
        for (var batch : waiting.entrySet()) {
            records += batch.getValue();
            if (!group.isEmpty() && records > RECORDS_AT_A_TIME) {
                break;
            }
            group.add(batch.getKey());
        }
        return group;
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the hand-over to BigQuery did not stop in time; what it began, the next process does anew");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
