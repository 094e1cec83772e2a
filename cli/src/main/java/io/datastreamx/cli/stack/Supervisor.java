package io.datastreamx.cli.stack;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts programs group by group, keeps them alive, and stops them in reverse order. */
final class Supervisor implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final Home home;
    private final Runnable changed;
    private final List<List<Supervised>> groups = new ArrayList<>();

    /** @param changed called after a process started, got ready or ended; from any thread */
    Supervisor(Home home, Runnable changed) {
        this.home = home;
        this.changed = changed;
    }

    /** Starts a group; those that come later are stopped earlier. */
    void start(List<Program> programs) {
        List<Supervised> group = programs.stream()
                .map(program -> new Supervised(program, home.log(program.name()), changed))
                .toList();
        synchronized (groups) {
            groups.add(group);
        }
        group.forEach(Supervised::start);
    }

    /** @return the READY line of the program */
    String awaitReady(String name, Duration timeout) throws InterruptedException {
        return find(name).awaitReady(timeout);
    }

    Map<String, StackState.Worker> workers() {
        Map<String, StackState.Worker> workers = new LinkedHashMap<>();
        all().forEach(supervised -> supervised.worker().ifPresent(worker -> workers.put(supervised.name(), worker)));
        return workers;
    }

    /** What the programs told the operator, oldest first. */
    List<StackNotice> notices() {
        return all().stream()
                .flatMap(supervised -> supervised.notices().stream())
                .sorted(Comparator.comparing(StackNotice::at))
                .toList();
    }

    /** How often any program ended by itself and was started again. */
    int restarts() {
        return all().stream().mapToInt(Supervised::restarts).sum();
    }

    /** Stops one program, which is not watched any more. */
    void stop(String name) throws InterruptedException {
        find(name).stop(GRACE);
    }

    /** Stops everything, the last group first, each group at once. */
    @Override
    public void close() {
        List<List<Supervised>> reversed;
        synchronized (groups) {
            reversed = new ArrayList<>(groups);
            java.util.Collections.reverse(reversed);
        }
        reversed.forEach(Supervisor::stopAll);
    }

    private static void stopAll(List<Supervised> group) {
        List<Thread> stoppers = new ArrayList<>();
        for (Supervised supervised : group) {
            Thread stopper = new Thread(() -> stopQuietly(supervised), "stop-" + supervised.name());
            stopper.start();
            stoppers.add(stopper);
        }
        boolean interrupted = false;
        for (Thread stopper : stoppers) {
            while (stopper.isAlive()) {
                try {
                    stopper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stopQuietly(Supervised supervised) {
        try {
            supervised.stop(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Supervised find(String name) {
        return all().stream()
                .filter(supervised -> supervised.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process is called " + name));
    }

    private List<Supervised> all() {
        synchronized (groups) {
            return groups.stream().flatMap(List::stream).toList();
        }
    }
}
