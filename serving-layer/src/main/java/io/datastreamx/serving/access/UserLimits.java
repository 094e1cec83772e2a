package io.datastreamx.serving.access;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How much one who asks may ask: requests in a minute, and questions and open pages at a time. Thread-safe.
 *
 * <p>Requests are counted by the minute of the clock, so at most twice as many pass in any sixty seconds.
 */
public final class UserLimits {
    private static final int SECONDS = 60;

    private final int perMinute;
    private final int questions;
    private final int streams;
    private final LongSupplier seconds;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();

    /** What one is at. */
    private record Use(long minute, int requests, int questions, int streams) {
        Use at(long now) {
            return now == minute ? this : new Use(now, 0, questions, streams);
        }

        Use with(int moreRequests, int moreQuestions, int moreStreams) {
            return new Use(minute, requests + moreRequests, questions + moreQuestions, streams + moreStreams);
        }

        boolean isIdle(long now) {
            return minute < now && questions == 0 && streams == 0;
        }
    }

    /** @param seconds a clock that never steps back */
    public UserLimits(int perMinute, int questions, int streams, LongSupplier seconds) {
        this.perMinute = perMinute;
        this.questions = questions;
        this.streams = streams;
        this.seconds = seconds;
    }

    /** @return empty where the request was counted, else the seconds after which one may be made */
    public OptionalInt request(String subject) {
        long now = seconds.getAsLong();
        boolean[] counted = new boolean[1];
        uses.compute(subject, (key, use) -> {
            Use current = use == null ? new Use(now / SECONDS, 0, 0, 0) : use.at(now / SECONDS);
            counted[0] = current.requests() < perMinute;
            return counted[0] ? current.with(1, 0, 0) : current;
        });
        return counted[0] ? OptionalInt.empty() : OptionalInt.of(SECONDS - (int) (now % SECONDS));
    }

    /** @return false where the one has as many questions under way as allowed; else {@link #endQuestion} must follow */
    public boolean beginQuestion(String subject) {
        return begin(subject, 1, 0);
    }

    public void endQuestion(String subject) {
        begin(subject, -1, 0);
    }

    /** @return false where the one has as many open pages as allowed; else {@link #endStream} must follow */
    public boolean beginStream(String subject) {
        return begin(subject, 0, 1);
    }

    public void endStream(String subject) {
        begin(subject, 0, -1);
    }

    /** Forgets those who are at nothing. */
    public void forgetIdle() {
        long now = seconds.getAsLong() / SECONDS;
        uses.keySet().forEach(subject -> uses.computeIfPresent(subject, (key, use) -> use.isIdle(now) ? null : use));
    }

    private boolean begin(String subject, int moreQuestions, int moreStreams) {
        long now = seconds.getAsLong() / SECONDS;
        boolean[] begun = new boolean[1];
        uses.compute(subject, (key, use) -> {
            Use current = use == null ? new Use(now, 0, 0, 0) : use.at(now);
            Use next = current.with(0, moreQuestions, moreStreams);
            begun[0] =
                    next.questions() <= questions && next.streams() <= streams || moreQuestions < 0 || moreStreams < 0;
            return begun[0] ? next : current;
        });
        return begun[0];
    }
}
