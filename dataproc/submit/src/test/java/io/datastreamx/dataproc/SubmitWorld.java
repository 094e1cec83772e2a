package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.auth.oauth2.GoogleCredentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** A project in a folder, Google on this machine, and what goes from one to the other. */
final class SubmitWorld implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T03:00:00Z"), ZoneOffset.UTC);
    static final Pace QUICK = new Pace(Duration.ofMillis(2), Duration.ofMillis(2), 4, Duration.ofSeconds(60));
    static final String ID = "dsx-dev-rebuild-20261124";
    static final String CREATE = "POST .*/batches\\?.*";

    final FakeGoogle google = new FakeGoogle();
    final Path project;
    final StringWriter said = new StringWriter();

    SubmitWorld(Path folder) throws Exception {
        project = TestProject.in(folder);
    }

    Dataproc dataproc() throws Exception {
        return dataproc(google.serviceAccount());
    }

    Dataproc dataproc(GoogleCredentials account) {
        return new Dataproc(
                project,
                CLOCK,
                new PrintWriter(said, true),
                new Dataproc.Endpoints(google.url(), google.url()),
                QUICK,
                () -> Identity.of(account));
    }

    static Dataproc.Request rebuild() {
        return request("night", "rebuild", "20261124");
    }

    static Dataproc.Request request(String job, String step, String run) {
        return new Dataproc.Request(job, "dev", Optional.ofNullable(step), Optional.ofNullable(run), List.of(), false);
    }

    String failure(Dataproc.Request request) {
        return assertThrows(SubmitException.class, () -> dataproc().submit(request, false))
                .getMessage();
    }

    @Override
    public void close() {
        google.close();
    }
}
