package io.datastreamx.bench;

import java.time.Instant;
import java.util.List;

/** Answers reports. */
interface Reporter extends AutoCloseable {
    /** Short name for JSON. */
    String id();

    /** Name for people. */
    String title();

    /**
     * Answers one report.
     *
     * @param to the first minute that is not asked for
     * @return its rows, in the form of {@link ReportQuestion#row}
     */
    List<String> answer(ReportQuestion question, Instant to) throws Exception;

    @Override
    void close() throws Exception;
}
