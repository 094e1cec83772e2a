package io.datastreamx.speed.dispatch;

import io.datastreamx.config.Settings;
import io.datastreamx.config.StopSignal;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs dispatch until SIGTERM or SIGINT; exits with 0 then, with 1 when it cannot go on (its supervisor starts it
 * again). Prints {@code READY dispatch} on stdout when decisions are being read. Takes no arguments: everything is a
 * setting.
 */
public final class DispatchMain {

    private DispatchMain() {}

    public static void main(String[] args) throws Exception {
        Settings settings = Settings.load();
        StopSignal stop = StopSignal.install();
        AtomicBoolean failed = new AtomicBoolean();
        Runnable onFailure = () -> {
            failed.set(true);
            stop.raise();
        };
        try (DispatchService service = new DispatchService(settings, Clock.systemUTC(), onFailure)) {
            if (!failed.get()) {
                System.out.println("READY dispatch");
            }
            stop.await();
        }
        System.exit(failed.get() ? 1 : 0);
    }
}
