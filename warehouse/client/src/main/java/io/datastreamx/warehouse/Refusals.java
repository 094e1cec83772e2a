package io.datastreamx.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.BigQuerySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What BigQuery's refusals mean to an operator. */
final class Refusals {
    private static final int SHOWN = 300;

    private Refusals() {}

    static WarehouseException of(int status, byte[] body, BigQuerySettings settings, String what) {
        String reason = "";
        String message = new String(body, StandardCharsets.UTF_8);
        try {
            JsonNode error = new ObjectMapper().readTree(body).path("error");
            reason = error.path("errors").path(0).path("reason").asText("");
            message = error.path("message").asText(message);
        } catch (IOException e) {
            // no JSON: the text as it came says more than the parser's complaint
        }
        String details = " [HTTP " + status + ": " + shortened(message) + "; while: " + shortened(what) + "]";
        if (reason.equals("bytesBilledLimitExceeded") || message.contains("bytes billed")) {
            return new TooExpensiveException(
                    status,
                    "the query would bill more than datastreamx.bigquery.maximum-bytes-billed = "
                            + settings.maximumBytesBilled()
                            + "; nothing was billed. Ask for fewer days, or raise the limit knowingly" + details);
        }
        return new WarehouseException(status, advice(status, message, settings) + details);
    }

    private static String advice(int status, String message, BigQuerySettings settings) {
        String dataset = settings.project() + "." + settings.dataset();
        if (status == 401) {
            return "BigQuery does not accept the access token; it may have expired. Set a fresh datastreamx.bigquery.access-token, or leave it empty on Google"
                    + " Cloud to use the attached service account";
        }
        if (status == 403) {
            return "no permission on " + dataset
                    + ": the service account needs roles/bigquery.jobUser on the project and roles/bigquery.dataEditor on the dataset (roles/bigquery.dataViewer to only"
                    + " read), and a project with a full quota or without billing refuses too";
        }
        if (status == 404 && message.toLowerCase(java.util.Locale.ROOT).contains("dataset")) {
            return "there is no dataset " + dataset + " in location " + settings.location()
                    + ". Create it with `bq --location=" + settings.location() + " mk --dataset " + settings.project()
                    + ":" + settings.dataset() + "`, or correct datastreamx.bigquery.dataset and .location";
        }
        if (status == 404) {
            return "something that this needs is missing in " + dataset + "; run a night, which makes it";
        }
        return "BigQuery refused";
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
