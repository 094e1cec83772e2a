package io.datastreamx.speed.ingest;

import io.datastreamx.config.Settings;
import io.datastreamx.lake.Keys;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import io.datastreamx.lake.WriterLease;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/**
 * The ingest application, the only one of its lake. Prints {@code READY ingest} when it reads; SIGTERM and the end of
 * {@code datastreamx.ingest.max-runtime} let the batch under way finish. Exit codes: 0 stopped in order; 1 failed; 5
 * another process is the writer, or has become it.
 */
public final class IngestMain {

    private IngestMain() {}

    public static void main(String[] args) {
        Application.run("ingest", IngestMain::run);
    }

    private static ExitCode run(Application application) throws Exception {
        Settings settings = Settings.load();
        Lake lake = Lake.of(settings);
        LakeAccess.require(lake, settings);
        try (WriterLease lease = WriterLease.acquire(
                lake.files(), lake.leaseUri("ingest"), settings.home(), settings.lease(), application.stop()::pause)) {
            lease.keepRenewing(application::fail);
            try (SparkSession spark = IngestSession.open(settings)) {
                IngestQuery query = new IngestQuery(
                        spark, settings, lake, Keys.open(settings.keysFile(), lake.files()), lease, Clock.systemUTC());
                application.stop().raiseAfter(settings.ingest().maxRuntime());
                application.stop().whenRaised(query::stop);
                query.run(() -> application.ready("ingest"));
            }
        }
        return ExitCode.OK;
    }
}
