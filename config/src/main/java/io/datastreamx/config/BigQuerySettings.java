package io.datastreamx.config;

import java.time.Duration;
import java.util.List;

/**
 * The dataset that tables and views are published to; off while {@code project} is empty.
 *
 * @param endpoint without a trailing slash
 * @param accessToken empty takes that of the service account which the process runs as on Google Cloud
 * @param rowPolicies who may see which rows; everybody who may read a table sees it whole while there are none
 * @param liveInterval how often ingest hands complete batches over; zero for never
 * @param maximumBytesBilled of any one statement
 */
public record BigQuerySettings(
        String project,
        String dataset,
        String location,
        String endpoint,
        Secret accessToken,
        BigQueryWrite write,
        String temporaryBucket,
        Duration liveInterval,
        List<RowPolicy> rowPolicies,
        long maximumBytesBilled) {
    public BigQuerySettings {
        Allowed.matching(
                "datastreamx.bigquery.dataset", dataset, "[A-Za-z0-9_]{1,1024}", "letters, digits and underscores");
        Allowed.given("datastreamx.bigquery.location", location);
        Allowed.matching("datastreamx.bigquery.endpoint", endpoint, "https?://.+", "an http or https address");
        Allowed.notNegative("datastreamx.bigquery.live-interval", liveInterval);
        Allowed.atLeast("datastreamx.bigquery.maximum-bytes-billed", maximumBytesBilled, 1);
        rowPolicies = List.copyOf(rowPolicies);
        if (!rowPolicies.isEmpty()
                && rowPolicies.stream().allMatch(policy -> policy.aggregator().isPresent())) {
            throw new SettingsException(
                    "datastreamx.bigquery.row-policies: one without aggregator must name the service accounts of the batches and those who may see all rows;"
                            + " without it nobody could read a table whole, Spark included");
        }
    }

    static BigQuerySettings of(Values values) {
        return new BigQuerySettings(
                values.text("project"),
                values.text("dataset"),
                values.text("location"),
                values.text("endpoint").replaceAll("/+$", ""),
                new Secret(values.text("access-token")),
                values.oneOf("write", BigQueryWrite.class),
                values.text("temporary-bucket"),
                values.duration("live-interval"),
                values.list("row-policies").stream().map(RowPolicy::of).toList(),
                values.bytes("maximum-bytes-billed"));
    }

    public boolean isOn() {
        return !project.isEmpty();
    }
}
