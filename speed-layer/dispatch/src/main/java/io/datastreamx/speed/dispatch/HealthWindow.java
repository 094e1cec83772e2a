package io.datastreamx.speed.dispatch;

/**
 * The latest answers of one aggregator. It turns sick when the share of failures over the window, a quarter of which
 * must have come in, reaches the threshold, and well again when the share over the last twelfth of a window is below
 * half the threshold. The gap keeps it from swinging to and fro; the twelfth lets the few probes that a sick aggregator
 * still gets bring it back soon.
 */
final class HealthWindow {

    private final boolean[] failed;
    private final double threshold;
    private int next;
    private int filled;
    private int failures;
    private boolean sick;

    HealthWindow(int size, double threshold, boolean sick) {
        this.failed = new boolean[size];
        this.threshold = threshold;
        this.sick = sick;
    }

    synchronized void add(boolean failure) {
        if (filled == failed.length) {
            failures -= failed[next] ? 1 : 0;
        } else {
            filled++;
        }
        failed[next] = failure;
        failures += failure ? 1 : 0;
        next = (next + 1) % failed.length;
        judge();
    }

    synchronized boolean sick() {
        return sick;
    }

    private void judge() {
        int latest = Math.max(1, failed.length / 12);
        if (!sick) {
            sick = filled >= Math.max(1, failed.length / 4) && failures >= threshold * filled;
        } else if (filled >= latest && lastFailures(latest) < threshold / 2 * latest) {
            sick = false;
            forget();
        }
    }

    private int lastFailures(int count) {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += failed[Math.floorMod(next - i, failed.length)] ? 1 : 0;
        }
        return sum;
    }

    /** The failures of the sick time must not make it sick again at once. */
    private void forget() {
        filled = 0;
        failures = 0;
    }
}
