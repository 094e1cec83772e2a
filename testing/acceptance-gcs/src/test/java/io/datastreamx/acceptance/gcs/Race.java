package io.datastreamx.acceptance.gcs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Several threads that do something at the same moment. */
final class Race {
    static final int RUNNERS = 8;

    private Race() {}

    /** @return what each runner answered */
    static <T> List<T> run(int runners, IntFunction<Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(runners);
        CyclicBarrier start = new CyclicBarrier(runners);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < runners; i++) {
                Callable<T> mine = work.apply(i);
                running.add(threads.submit(() -> {
                    start.await();
                    return mine.call();
                }));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : running) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
