package io.datastreamx.acceptance;

import io.datastreamx.verification.LogWriter;
import io.datastreamx.verification.RecordGenerator;
import java.util.concurrent.locks.LockSupport;

/** Sends generated records at a steady rate in a thread of its own, a part of them in transactions. */
final class PacedSender extends Thread {
    private static final double IN_TRANSACTIONS = 0.1;

    private final LogWriter writer;
    private final RecordGenerator records;
    private final int perSecond;
    private volatile Throwable failure;

    PacedSender(String bootstrapServers, RecordGenerator records, int perSecond) {
        super("sender");
        this.writer = new LogWriter(bootstrapServers, perSecond, IN_TRANSACTIONS);
        this.records = records;
        this.perSecond = perSecond;
        setDaemon(true);
    }

    /** Waits until all is acknowledged. @return what went into the log */
    LogWriter finish() throws InterruptedException {
        join();
        if (failure != null) {
            throw new AssertionError("sending ended after " + writer.counting() + " records", failure);
        }
        return writer;
    }

    @Override
    public void run() {
        try (writer) {
            long began = System.nanoTime();
            for (long number = 0; records.hasNext(); number++) {
                writer.send(records.next());
                long early = began + number * 1_000_000_000L / perSecond - System.nanoTime();
                if (early > 20_000_000L) {
                    LockSupport.parkNanos(early);
                }
            }
            writer.flush();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }
}
