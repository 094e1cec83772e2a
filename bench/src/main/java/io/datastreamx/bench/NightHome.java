package io.datastreamx.bench;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Lake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A home that ingest fills and nights rebuild, one after the other and never beside each other. */
final class NightHome implements AutoCloseable {
    /** Peers answer by the minute, whatever the day. */
    private static final Map<String, String> MINUTES =
            Map.of("datastreamx.reports.minutes", "3650d", "datastreamx.reports.hours", "3650d");

    private final IngestRun run;
    private long sent;
    private long accepted;

    NightHome(int partitions) throws IOException {
        this.run = new IngestRun(partitions);
    }

    Path folder() {
        return run.home();
    }

    Lake lake() {
        return run.lake();
    }

    /** Events that count. */
    long accepted() {
        return accepted;
    }

    /** Returns when ingest has counted these too, and has ended. @param records of all fleets together */
    void fill(List<Fleet> fleets, long records) throws InterruptedException {
        fleets.forEach(fleet -> run.send(fleet, 0));
        sent += records;
        run.startIngest(Map.of(), List.of());
        List<LedgerEntry> entries = run.await(sent);
        accepted = entries.stream().mapToLong(LedgerEntry::accepted).sum();
        run.ingest().terminate();
        run.ingest().close();
    }

    /** @param args of the night, besides {@code --json} */
    NightRun night(String... args) throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(run.settings());
        settings.putAll(MINUTES);
        return NightRun.of(settings, args);
    }

    @Override
    public void close() {
        run.close();
    }
}
