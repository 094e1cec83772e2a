package io.datastreamx.config;

import java.util.List;
import java.util.Optional;

/**
 * Who may see which rows in BigQuery.
 *
 * @param name of the policy
 * @param members such as {@code group:ad-analysts@example.com}
 * @param aggregator whose rows; all rows where empty
 */
public record RowPolicy(String name, List<String> members, Optional<String> aggregator) {
    static RowPolicy of(Values values) {
        return new RowPolicy(values.text("name"), values.texts("members"), values.optionalText("aggregator"));
    }
}
