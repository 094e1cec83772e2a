package io.datastreamx.config;

/** How rows get into BigQuery. */
public enum BigQueryWrite {
    /** spark-bigquery-connector by way of a bucket and load jobs, which cost nothing. */
    CONNECTOR,
    /** spark-bigquery-connector by the Storage Write API: no bucket, billed by the GiB. */
    CONNECTOR_DIRECT,
    /** Load jobs of the driver, for small tables. */
    LOAD_JOB
}
