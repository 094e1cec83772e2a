package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;
import org.apache.kafka.common.KafkaException;

/**
 * Runs dispatch until SIGTERM or SIGINT; exits with 0 then, with 1 when it cannot go on (its supervisor starts it
 * again). Prints {@code READY dispatch} on stdout when decisions are being read. Takes no arguments: everything is a
 * setting.
 */
public final class DispatchMain {

    private DispatchMain() {}

    public static void main(String[] args) {
        Application.run("dispatch", DispatchMain::run);
    }

    private static ExitCode run(Application application) throws InterruptedException {
        Settings settings = Settings.load();
        try (DispatchService service = new DispatchService(settings, Clock.systemUTC(), application::fail)) {
            service.start();
            application.ready("dispatch");
            application.awaitStop();
        } catch (KafkaException e) {
            KafkaConnection kafka = KafkaConnection.of(settings.kafka());
            throw KafkaFailure.explain(
                    kafka,
                    e,
                    "Kafka at " + kafka + " cannot be used: " + e.getMessage()
                            + " See that it runs, that datastreamx.kafka.bootstrap-servers names it and that its topics are there;"
                            + " decisions that were not handed on are read again");
        }
        return ExitCode.OK;
    }
}
