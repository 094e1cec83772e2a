package io.datastreamx.speed.edge;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;
import org.apache.kafka.common.KafkaException;

/**
 * Runs the edge until SIGTERM or SIGINT; exits with 0 then, with 1 when it cannot go on (its supervisor starts it
 * again). Prints {@code READY http://127.0.0.1:PORT} on stdout when boxes can come. Takes no arguments: everything is a
 * setting.
 */
public final class EdgeMain {
    private EdgeMain() {}

    public static void main(String[] args) {
        Application.run("edge", EdgeMain::run);
    }

    private static ExitCode run(Application application) throws Exception {
        Settings settings = Settings.load();
        try (EdgeService service = new EdgeService(settings, Clock.systemUTC(), application::fail)) {
            service.start();
            service.warmUp();
            application.ready(service.url());
            application.awaitStop();
        } catch (KafkaException e) {
            KafkaConnection kafka = KafkaConnection.of(settings.kafka());
            throw KafkaFailure.explain(
                    kafka,
                    e,
                    "Kafka at " + kafka + " cannot be used: " + e.getMessage()
                            + " See that it runs, that datastreamx.kafka.bootstrap-servers names it and that its topics are there;"
                            + " what boxes were not told to be taken, they send again");
        }
        return ExitCode.OK;
    }
}
