package io.datastreamx.config;

/** Where serving's answers come from. */
public enum ServingSource {
    /** A copy of the lake in memory. */
    LAKE,
    /** BigQuery's tables, asked anew for each report. */
    BIGQUERY
}
