package io.datastreamx.serving.report;

import java.time.Duration;
import java.util.Optional;

/** The batch layer's rows and the speed layer's as one, wherever they are kept. Thread-safe. */
public interface MergedView extends AutoCloseable {
    /**
     * Loads what is there, then looks for more at every interval. Nothing being there yet is no error; see
     * {@link #problem()}.
     */
    void start(Duration pollInterval);

    /** @throws IllegalStateException while nothing has been loaded */
    Reading read();

    /** Whether anything, be it nothing at all, can be answered. */
    boolean isLoaded();

    /** Why the view does not get on at the moment; empty when it does. */
    Optional<String> problem();

    /** Called after every change of what a reading would see. */
    void onChange(Runnable listener);

    /** @throws BadQueryException where the query has no answer */
    default Report report(ReportQuery query) {
        try (Reading reading = read()) {
            return reading.report(query);
        }
    }

    /** @throws BadQueryException where this source cannot tell */
    default Opportunity opportunity(OpportunityQuery query, Sight sight) {
        try (Reading reading = read()) {
            return reading.opportunity(query, sight);
        }
    }

    @Override
    void close();
}
