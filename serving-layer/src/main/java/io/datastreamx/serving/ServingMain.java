package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Clock;

/** Starts the serving layer; prints {@code READY http://127.0.0.1:PORT} when it answers and ends cleanly on SIGTERM. */
public final class ServingMain {
    private ServingMain() {}

    public static void main(String[] args) {
        Application.run("serving", application -> {
            try (ServingLayer serving = ServingLayer.start(Settings.load(), Clock.systemUTC())) {
                application.ready(serving.url());
                application.awaitStop();
            }
            return ExitCode.OK;
        });
    }
}
