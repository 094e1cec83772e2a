package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import io.datastreamx.config.StopSignal;
import java.time.Clock;

/** Starts the serving layer; prints {@code READY http://127.0.0.1:PORT} when it answers and ends cleanly on SIGTERM. */
public final class ServingMain {
    private ServingMain() {}

    public static void main(String[] args) throws InterruptedException {
        StopSignal stop = StopSignal.install();
        try (ServingLayer serving = ServingLayer.start(Settings.load(), Clock.systemUTC())) {
            System.out.println("READY " + serving.url());
            stop.await();
        }
        System.exit(0);
    }
}
