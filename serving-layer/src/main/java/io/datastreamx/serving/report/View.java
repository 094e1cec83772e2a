package io.datastreamx.serving.report;

import java.util.Locale;

/** Which part of the log a report counts. */
public enum View {
    /** Batch rows up to the cut and live rows after it: everything up to the position. */
    MERGED,
    /** Only what the version in force counts, up to its cut. */
    BATCH,
    /** Only what came after the cut. */
    LIVE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean readsBatch() {
        return this != LIVE;
    }

    public boolean readsLive() {
        return this != BATCH;
    }

    /** @throws BadQueryException naming the views there are */
    public static View named(String name) {
        for (View view : values()) {
            if (view.wireName().equals(name)) {
                return view;
            }
        }
        throw new BadQueryException("unknown view '" + name + "'; allowed: merged, batch, live");
    }
}
