package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks serving at a steady rate, whether it answers or not, for one of the questions at random. An answer's time runs
 * from when it was due to be asked for.
 */
final class OpenLoop {
    private record Took(String question, double ms) {}

    private final ServingReports serving;
    private final List<ReportQuestion> questions;
    private final Random draw = new Random(5);
    private final List<Took> times = new ArrayList<>();
    private final Map<String, Integer> errors = new HashMap<>();

    OpenLoop(ServingReports serving, List<ReportQuestion> questions) {
        this.serving = serving;
        this.questions = questions;
    }

    /** @param rate reports a second */
    void run(int rate, int seconds) {
        List<CompletableFuture<?>> asked = new ArrayList<>();
        long began = System.nanoTime();
        for (long i = 0; i < (long) rate * seconds; i++) {
            long due = began + i * 1_000_000_000L / rate;
            for (long early; (early = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(early);
            }
            ReportQuestion question = questions.get(draw.nextInt(questions.size()));
            asked.add(serving.http()
                    .sendAsync(serving.request(question), HttpResponse.BodyHandlers.ofByteArray())
                    .handle((answer, failure) -> {
                        String wrong = failure != null
                                ? failure.toString()
                                : answer.statusCode() == 200 ? null : "HTTP " + answer.statusCode();
                        took(question.id(), (System.nanoTime() - due) / 1e6, wrong);
                        return null;
                    }));
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).join();
    }

    private synchronized void took(String question, double ms, String wrong) {
        times.add(new Took(question, ms));
        if (wrong != null) {
            errors.merge(wrong, 1, Integer::sum);
        }
    }

    synchronized int errors() {
        return errors.values().stream().mapToInt(Integer::intValue).sum();
    }

    synchronized ObjectNode figures() {
        ObjectNode figures = ms(times.stream().mapToDouble(Took::ms).sorted().toArray());
        figures.put("reports", times.size()).put("errors", errors());
        errors.forEach((what, count) -> figures.withObject("/errors_by_kind").put(what, count));
        ObjectNode each = figures.putObject("by_question");
        questions.forEach(question -> each.set(
                question.id(),
                ms(times.stream()
                        .filter(took -> took.question().equals(question.id()))
                        .mapToDouble(Took::ms)
                        .sorted()
                        .toArray())));
        return figures;
    }

    private static ObjectNode ms(double[] sorted) {
        ObjectNode node = Machine.JSON.createObjectNode();
        if (sorted.length > 0) {
            node.put("p50_ms", rank(sorted, 50)).put("p95_ms", rank(sorted, 95));
            node.put("p99_ms", rank(sorted, 99)).put("max_ms", rank(sorted, 100));
        }
        return node;
    }

    private static double rank(double[] sorted, int percent) {
        return Math.round(10 * sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1]) / 10.0;
    }
}
