package io.datastreamx.batch;

import java.util.ArrayList;
import java.util.List;

/** Comparisons of a validation: all are made before the first difference is reported, so that the report is whole. */
final class Checks {
    private static final int SHOWN = 10;

    private final String version;
    private final List<String> differences = new ArrayList<>();
    private long made;

    Checks(String version) {
        this.version = version;
    }

    void equal(String table, String what, Object expected, Object got) {
        made++;
        if (!expected.equals(got)) {
            differences.add(table + ": " + what + ": expected " + expected + ", got " + got);
        }
    }

    long made() {
        return made;
    }

    void throwIfAny() {
        if (!differences.isEmpty()) {
            int more = Math.max(0, differences.size() - SHOWN);
            throw new IllegalStateException("version " + version
                    + " is not what the raw log says; it is not flipped, the version before stays in force. "
                    + String.join("; ", differences.subList(0, differences.size() - more))
                    + (more > 0 ? "; and " + more + " more" : "")
                    + ". Start another night; if it finds the same, the raw log or the ledger is damaged.");
        }
    }
}
