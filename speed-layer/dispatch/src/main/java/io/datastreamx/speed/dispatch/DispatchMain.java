package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;

/**
 * Runs dispatch until SIGTERM or SIGINT; exits with 0 then, with 1 when it cannot go on (its supervisor starts it
 * again). Prints {@code READY dispatch} on stdout when decisions are being read. Takes no arguments: everything is a
 * setting.
 */
public final class DispatchMain {

    private DispatchMain() {}

    public static void main(String[] args) {
        Application.run("dispatch", application -> {
            try (DispatchService service = new DispatchService(Settings.load(), Clock.systemUTC(), application::fail)) {
                service.start();
                application.ready("dispatch");
                application.awaitStop();
            }
            return ExitCode.OK;
        });
    }
}
