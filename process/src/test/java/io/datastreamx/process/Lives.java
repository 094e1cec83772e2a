package io.datastreamx.process;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lives that a process may lead; the argument names one. */
final class Lives {
    private Lives() {}

    public static void main(String[] args) {
        Application.run("sample", Duration.ofSeconds(2), body(args[0]));
    }

    private static Application.Body body(String life) {
        return switch (life) {
            case "serves" -> Lives::serve;
            case "waits-its-turn" ->
                application -> {
                    System.out.println("READY to wait");
                    application.stop().pause(Duration.ofHours(1));
                    return ExitCode.OK;
                };
            case "ends-by-itself" ->
                application -> {
                    application.stop().raiseAfter(Duration.ofMillis(100));
                    return serve(application);
                };
            case "lacks-something" ->
                application -> {
                    keepAlive();
                    throw new CannotRunException("there is no Kafka at 127.0.0.1:1; start one, nothing was changed");
                };
            case "has-a-fault" ->
                application -> {
                    keepAlive();
                    throw new IllegalStateException("row 17 has no cut\nand more");
                };
            case "wrong-use" ->
                application -> {
                    throw new WrongUseException("--dir is missing", null);
                };
            case "loses-a-thread" ->
                application -> {
                    Thread thread = new Thread(
                            () -> {
                                throw new ArithmeticException("overflow");
                            },
                            "worker");
                    application.ready("sample");
                    thread.start();
                    application.awaitStop();
                    return ExitCode.OK;
                };
            case "loses-background-work" ->
                application -> {
                    Background.named("sample")
                            .scheduleWithFixedDelay(
                                    () -> {
                                        throw new ArithmeticException("overflow");
                                    },
                                    0,
                                    1,
                                    TimeUnit.HOURS);
                    application.ready("sample");
                    application.awaitStop();
                    return ExitCode.OK;
                };
            case "ends-amid-background-work" ->
                application -> {
                    ScheduledExecutorService background = Background.named("sample");
                    background.execute(() -> {
                        sleepLong();
                        throw new IllegalStateException("interrupted amid work");
                    });
                    application.ready("sample");
                    application.awaitStop();
                    background.shutdownNow();
                    background.awaitTermination(10, TimeUnit.SECONDS);
                    return ExitCode.OK;
                };
            case "is-told-to-fail-and-hangs" ->
                application -> {
                    keepAlive();
                    application.ready("sample");
                    application.fail(new CannotRunException("the log is gone"));
                    Thread.sleep(Duration.ofHours(1).toMillis());
                    return ExitCode.OK;
                };
            case "hangs-after-the-end" ->
                application -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(Lives::sleepLong));
                    return ExitCode.LEARNING_FAILED;
                };
            default -> throw new IllegalArgumentException(life);
        };
    }

    private static ExitCode serve(Application application) throws InterruptedException {
        keepAlive();
        application.ready("sample");
        application.ready("sample");
        application.awaitStop();
        System.out.println("closed");
        return ExitCode.OK;
    }

    /** What keeps a JVM alive when its main thread has died. */
    private static void keepAlive() {
        new Thread(Lives::sleepLong, "not a daemon").start();
    }

    private static void sleepLong() {
        try {
            Thread.sleep(Duration.ofHours(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
