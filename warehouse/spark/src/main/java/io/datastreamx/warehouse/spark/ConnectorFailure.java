package io.datastreamx.warehouse.spark;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.BigQueryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What failures of the connector mean to an operator. It and Spark throw anything, errors of linking and undeclared
 * checked exceptions among them.
 */
final class ConnectorFailure {
    private static final int SHOWN = 400;

    private ConnectorFailure() {}

    static WarehouseException noTable(BigQuerySettings settings, BigQueryTable table) {
        return new WarehouseException(
                table.name() + " is not in " + settings.project() + "." + settings.dataset()
                        + ": rows are only ever appended to a table that DatastreamX has made. Nothing was written; run the step publish, which makes it",
                null);
    }

    static WarehouseException of(
            Throwable failure, BigQuerySettings settings, BigQueryTable table, String sparkVersion) {
        List<Throwable> causes = causes(failure);
        Throwable root = causes.get(causes.size() - 1);
        return new WarehouseException(
                advice(causes, settings, table, sparkVersion) + " [" + shortened(root.toString()) + "]", failure);
    }

    private static String advice(
            List<Throwable> causes, BigQuerySettings settings, BigQueryTable table, String sparkVersion) {
        if (causes.stream().anyMatch(ConnectorFailure::noConnector)) {
            return "spark-bigquery-connector is not on Spark's class path. On Dataproc choose its version by the property dataproc.sparkBqConnector.version; elsewhere add the"
                    + " package com.google.cloud.spark:spark-" + line(sparkVersion)
                    + "-bigquery; or set datastreamx.bigquery.write = load-job, for small tables. Nothing was written";
        }
        if (causes.stream().anyMatch(LinkageError.class::isInstance)) {
            return "spark-bigquery-connector does not fit Spark " + sparkVersion
                    + ": take the one for this line, on Dataproc by the property dataproc.sparkBqConnector.version. Nothing was written";
        }
        if (causes.stream().anyMatch(cause -> noBucket(cause, settings.temporaryBucket()))) {
            return "there is no bucket gs://" + settings.temporaryBucket() + ". Create it in " + settings.location()
                    + ", where the dataset is, or correct datastreamx.bigquery.temporary-bucket. Nothing was written";
        }
        return "BigQuery did not take the rows of " + table.name()
                + "; no view names them. Run the step again, which drops the table and writes it anew";
    }

    private static boolean noConnector(Throwable cause) {
        return cause instanceof ClassNotFoundException
                && message(cause).toLowerCase(Locale.ROOT).matches("(?s).*(data.source|bigquery).*");
    }

    /** Cloud Storage says so in words, or of the very first file that 404 is all there is. */
    private static boolean noBucket(Throwable cause, String bucket) {
        String message = message(cause);
        return message.contains("bucket does not exist")
                || message.contains("404") && message.contains("/upload/storage/v1/b/" + bucket + "/o");
    }

    private static String message(Throwable cause) {
        return String.valueOf(cause.getMessage());
    }

    private static String line(String sparkVersion) {
        return sparkVersion.replaceFirst("^(\\d+\\.\\d+).*", "$1");
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
