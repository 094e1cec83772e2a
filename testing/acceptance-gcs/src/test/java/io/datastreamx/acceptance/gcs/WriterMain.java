package io.datastreamx.acceptance.gcs;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.DeltaTable;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.util.List;

/**
 * A writer like ingest without Spark: commits under its lease as fast as it can, a row with its epoch each time. Exit
 * codes as ingest's.
 */
final class WriterMain {
    private WriterMain() {}

    public static void main(String[] args) {
        Application.run("writer", WriterMain::run);
    }

    private static ExitCode run(Application application) throws Exception {
        Settings settings = Settings.load();
        Lake lake = Lake.of(settings);
        try (WriterLease lease =
                WriterLease.acquire(lake.files(), lake.leaseUri("test"), settings.home(), settings.lease())) {
            lease.keepRenewing(lost -> System.out.println("LOST"));
            DeltaTable table = lake.table(Table.VERSIONS);
            application.ready(Long.toString(lease.epoch()));
            for (int commit = 0; !application.stop().isRaised(); commit++) {
                lease.check();
                table.append("epoch-" + lease.epoch(), commit, List.of(PutIfAbsentTest.row("epoch-" + lease.epoch())));
                System.out.println("COMMIT " + commit);
                Thread.sleep(50);
            }
        }
        return ExitCode.OK;
    }
}
