package io.datastreamx.speed.dispatch;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Whether one aggregator fills as it used to. An endpoint that answers everything with "no bid" where there were fills
 * breaks no rule, but what it is asked is lost: the fills of the last moments or minutes are held against those that
 * the hour before lets expect. After an hour without them, that is how it is, and nothing is expected any more.
 */
final class FillWatch {
    private static final long STEP_MS = 10_000;
    /** Eighty minutes. */
    private static final int STEPS = 480;
    /** The last so many steps, at most, are held against those before: twenty minutes. */
    private static final int RECENT_STEPS = 120;
    /** One that fills a fifth of what it did shows more than this share of so many, whatever chance does. */
    private static final double DRY_SHARE = 0.02;

    private static final int EXPECTED_AT_LEAST = 60;
    private static final int KNOWN_AT_LEAST = 60;
    private static final long DRY_FOR_MS = 3_600_000;
    /** Fills by which it has come back, among so few answers that twice as many would be expected. */
    private static final int BACK_FILLS = 3;

    private final int[] asked = new int[STEPS];
    private final int[] filled = new int[STEPS];
    private final Deque<Boolean> sinceDry = new ArrayDeque<>();
    private long step = Long.MIN_VALUE;
    private double usual;
    private long dryAtMs = Long.MIN_VALUE;

    /** @param atMs not before the time of the last call by more than moments */
    void add(long atMs, boolean fill) {
        moveTo(atMs);
        if (isDry()) {
            probed(fill);
            return;
        }
        int at = index(step);
        asked[at]++;
        filled[at] += fill ? 1 : 0;
    }

    /** Whether it has run dry, at this time. */
    boolean isDry(long nowMs) {
        moveTo(nowMs);
        if (isDry() && nowMs - dryAtMs > DRY_FOR_MS) {
            begin();
        }
        if (!isDry() && falls()) {
            dryAtMs = nowMs;
            sinceDry.clear();
        }
        return isDry();
    }

    private boolean isDry() {
        return dryAtMs != Long.MIN_VALUE;
    }

    private void probed(boolean fill) {
        sinceDry.addLast(fill);
        if (sinceDry.size() > 2 * BACK_FILLS / usual) {
            sinceDry.removeFirst();
        }
        if (sinceDry.stream().filter(each -> each).count() >= BACK_FILLS) {
            begin();
        }
    }

    /** The shortest span of last steps in which enough was to be expected decides. */
    private boolean falls() {
        int askedAll = sum(asked);
        int filledAll = sum(filled);
        int askedLately = 0;
        int filledLately = 0;
        for (int back = 0; back < RECENT_STEPS; back++) {
            askedLately += asked[index(step - back)];
            filledLately += filled[index(step - back)];
            int known = filledAll - filledLately;
            if (known < KNOWN_AT_LEAST) {
                return false;
            }
            double share = known / (double) (askedAll - askedLately);
            double expected = askedLately * share;
            if (expected >= EXPECTED_AT_LEAST) {
                usual = share;
                return filledLately <= DRY_SHARE * expected;
            }
        }
        return false;
    }

    private void begin() {
        dryAtMs = Long.MIN_VALUE;
        Arrays.fill(asked, 0);
        Arrays.fill(filled, 0);
    }

    private void moveTo(long atMs) {
        long now = Math.floorDiv(atMs, STEP_MS);
        if (step == Long.MIN_VALUE || now - step >= STEPS) {
            step = now;
            Arrays.fill(asked, 0);
            Arrays.fill(filled, 0);
        }
        while (step < now) {
            step++;
            asked[index(step)] = 0;
            filled[index(step)] = 0;
        }
    }

    private static int index(long step) {
        return (int) Math.floorMod(step, (long) STEPS);
    }

    private static int sum(int[] values) {
        int sum = 0;
        for (int value : values) {
            sum += value;
        }
        return sum;
    }
}
