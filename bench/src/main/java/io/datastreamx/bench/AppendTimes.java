package io.datastreamx.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * When the records of one partition were appended, from looks at its end; between two looks they are taken to have come
 * evenly. What is asked for rises, so that what lies before is forgotten.
 */
final class AppendTimes {
    private record Look(double atMs, long end) {}

    private final List<Look> looks = new ArrayList<>();

    void seen(double atMs, long end) {
        looks.add(new Look(atMs, end));
    }

    /** @param offset of a record before the end that was seen last */
    double of(long offset) {
        int next = 0;
        while (next < looks.size() && looks.get(next).end() <= offset) {
            next++;
        }
        if (next == looks.size()) {
            return looks.get(next - 1).atMs();
        }
        if (next == 0) {
            return looks.get(0).atMs();
        }
        Look before = looks.get(next - 1);
        Look after = looks.get(next);
        return before.atMs()
                + (after.atMs() - before.atMs()) * (offset - before.end() + 1) / (after.end() - before.end());
    }

    /** Nobody asks for records before this offset any more. */
    void forgetBefore(long offset) {
        int last = 0;
        while (last + 1 < looks.size() && looks.get(last + 1).end() <= offset) {
            last++;
        }
        looks.subList(0, last).clear();
    }
}
