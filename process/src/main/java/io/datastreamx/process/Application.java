package io.datastreamx.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process: every {@code main} hands its work to {@link #run}. Here alone it is decided when a process
 * ends, with which code, and what its last line says.
 *
 * <ul>
 *   <li>SIGTERM and SIGINT raise {@link #stop}; a body that then closes what it opened and returns ends with its code.
 *   <li>A body that throws, a thread that dies of an exception and a call of {@link #fail} end the process, whatever
 *       other threads are alive, with one line on standard error that says why. The stack trace goes to the log where
 *       the failure is not {@link Explained}.
 *   <li>A body that does not close within 15 s after a failure, and shutdown hooks that hang, are not waited for.
 * </ul>
 */
public final class Application {
    private static final Logger LOG = LoggerFactory.getLogger(Application.class);
    /** Less than the 20 s after which {@code dsx} kills what it has asked to end. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    private final String name;
    private final Duration closeWithin;
    private final StopSignal stop = StopSignal.install();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();

    private Application(String name, Duration closeWithin) {
        this.name = name;
        this.closeWithin = closeWithin;
    }

    /** What a process does from start to end. */
    @FunctionalInterface
    public interface Body {
        /** @return what the process ends with, if nothing failed */
        ExitCode run(Application application) throws Exception;
    }

    /**
     * Runs the body and ends the JVM; does not return.
     *
     * @param name of the process, the first word of its last line
     */
    public static void run(String name, Body body) {
        run(name, CLOSE_WITHIN, body);
    }

    static void run(String name, Duration closeWithin, Body body) {
        Application application = new Application(name, closeWithin);
        ExitCode code = application.live(body);
        application.haltUnlessGone(() -> code);
        System.exit(code.code());
    }

    /**
     * The same for one verb of a command line, which ends the JVM itself.
     *
     * @param closeWithin how long it may take to close after a failure
     * @return what to end with; why is told
     */
    public static ExitCode verb(String name, Duration closeWithin, Body body) {
        return new Application(name, closeWithin).live(body);
    }

    /** Raised when the process should end in order. */
    public StopSignal stop() {
        return stop;
    }

    /** Lets a stop end a wait that the calling thread is in. */
    public void stopInterruptsThisThread() {
        stop.whenRaised(Thread.currentThread()::interrupt);
    }

    /** Returns when the process should end in order. */
    public void awaitStop() throws InterruptedException {
        stop.await();
    }

    /**
     * Tells whoever started the process that it serves: {@code READY} and the detail, once, on standard output.
     *
     * @param detail its name or where it is reached
     */
    public void ready(String detail) {
        if (failure.get() == null && ready.compareAndSet(false, true)) {
            System.out.println("READY " + detail);
            System.out.flush();
        }
    }

    /** The process cannot go on, for this reason: it stops in order and ends. The first reason is the one told. */
    public void fail(Throwable reason) {
        if (!failure.compareAndSet(null, reason)) {
            LOG.warn("{} failed before; this followed", name, reason);
            return;
        }
        haltUnlessGone(() -> tell(reason));
        stop.raise();
    }

    /**
     * {@link #fail} for a command line that has caught the reason.
     *
     * @return the exit code so far
     */
    public int failed(Throwable reason) {
        fail(reason);
        return ExitCode.FAILED.code();
    }

    /** What dies of an end that was asked for is no failure: things are being closed under its feet. */
    private void died(Thread thread, Throwable reason) {
        if (stop.isRaised()) {
            LOG.warn("{} is ending, and its thread {} died meanwhile", name, thread.getName(), reason);
        } else {
            fail(reason);
        }
    }

    private ExitCode live(Body body) {
        Thread.setDefaultUncaughtExceptionHandler(this::died);
        ExitCode code = ExitCode.OK;
        try {
            code = body.run(this);
        } catch (InterruptedException e) {
            if (stop.isRaised()) {
                LOG.info("{} was stopped before it was ready", name);
            } else {
                fail(e);
            }
        } catch (Throwable e) {
            fail(e);
        }
        return failure.get() == null ? code : tell(failure.get());
    }

    private ExitCode tell(Throwable reason) {
        boolean first = told.compareAndSet(false, true);
        if (reason instanceof Explained explained) {
            if (first) {
                System.err.println(name + ": " + explained.getMessage());
            }
            return explained.exitCode();
        }
        if (first) {
            LOG.error("{} failed", name, reason);
            String cause = reason.toString().lines().findFirst().orElseThrow();
            System.err.println(name + ": ended by " + cause + "; the stack trace is in its log");
        }
        return ExitCode.FAILED;
    }

    private void haltUnlessGone(Supplier<ExitCode> code) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(closeWithin.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    LOG.warn("{} did not close within {} s and is halted", name, closeWithin.toSeconds());
                    Runtime.getRuntime().halt(code.get().code());
                },
                "halt");
        thread.setDaemon(true);
        thread.start();
    }
}
