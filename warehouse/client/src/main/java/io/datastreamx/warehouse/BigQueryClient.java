package io.datastreamx.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.config.BigQuerySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * BigQuery's REST API, as much of it as is needed here: statements with a limit of billed bytes, load jobs, looking
 * tables and the dataset up. Google's own client brings eighty artifacts, gRPC, protobuf and Arrow among them, into
 * Spark's class path; this brings none. Thread-safe.
 */
public final class BigQueryClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ATTEMPTS = 5;
    private static final long POLL_MS = 20_000;

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(20))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final BigQuerySettings settings;
    private final Credentials credentials;
    private final long firstPauseMs;

    public BigQueryClient(BigQuerySettings settings) {
        this(settings, Credentials.of(settings.accessToken().value()), 500);
    }

    BigQueryClient(BigQuerySettings settings, Credentials credentials, long firstPauseMs) {
        this.settings = settings;
        this.credentials = credentials;
        this.firstPauseMs = firstPauseMs;
    }

    /**
     * Runs one statement; of a query, its rows: text, {@code Long}, {@code Double}, {@code Boolean} or null by column,
     * in other types as BigQuery writes them.
     */
    public List<Map<String, Object>> query(String sql) {
        return query(sql, Map.of());
    }

    /**
     * @param texts values of the statement's parameters by name: {@code @p0} stands for that of {@code p0}
     * @see #query(String)
     */
    public List<Map<String, Object>> query(String sql, Map<String, String> texts) {
        ObjectNode body = JSON.createObjectNode();
        body.put("query", sql);
        body.put("useLegacySql", false);
        body.put("location", settings.location());
        body.put("timeoutMs", POLL_MS);
        // The same id on every attempt: a statement whose answer was lost is not run twice.
        body.put("requestId", UUID.randomUUID().toString());
        body.put("maximumBytesBilled", Long.toString(settings.maximumBytesBilled()));
        body.putObject("formatOptions").put("useInt64Timestamp", true);
        if (!texts.isEmpty()) {
            body.put("parameterMode", "NAMED");
            ArrayNode parameters = body.putArray("queryParameters");
            texts.forEach((name, value) -> {
                ObjectNode parameter = parameters.addObject().put("name", name);
                parameter.putObject("parameterType").put("type", "STRING");
                parameter.putObject("parameterValue").put("value", value);
            });
        }
        JsonNode answer = post(projects() + "/queries", body, sql);
        List<Map<String, Object>> rows = new ArrayList<>();
        while (!answer.path("jobComplete").asBoolean()) {
            answer = get(results(answer) + "&timeoutMs=" + POLL_MS, sql);
        }
        JsonNode schema = answer.path("schema");
        while (true) {
            answer.path("rows").forEach(row -> rows.add(QueryRows.row(schema, row)));
            String page = answer.path("pageToken").asText("");
            if (page.isEmpty()) {
                return rows;
            }
            answer = get(results(answer) + "&pageToken=" + page, sql);
        }
    }

    private String results(JsonNode answer) {
        JsonNode job = answer.path("jobReference");
        return projects() + "/queries/" + job.path("jobId").asText() + "?formatOptions.useInt64Timestamp=true&location="
                + job.path("location").asText(settings.location());
    }

    /**
     * Appends rows to a table by a load job and waits for its end.
     *
     * @param jobId names the load: one of that name that is there already is waited for and not run again
     * @param newlineJson one JSON object a line
     */
    public void load(String table, String jobId, byte[] newlineJson) {
        ObjectNode job = JSON.createObjectNode();
        job.putObject("jobReference")
                .put("projectId", settings.project())
                .put("jobId", jobId)
                .put("location", settings.location());
        ObjectNode load = job.putObject("configuration").putObject("load");
        load.putObject("destinationTable")
                .put("projectId", settings.project())
                .put("datasetId", settings.dataset())
                .put("tableId", table);
        load.put("sourceFormat", "NEWLINE_DELIMITED_JSON");
        load.put("createDisposition", "CREATE_NEVER");
        load.put("writeDisposition", "WRITE_APPEND");
        String boundary = "datastreamx-" + UUID.randomUUID();
        String head = "--" + boundary + "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n" + job + "\r\n--"
                + boundary + "\r\nContent-Type: application/octet-stream\r\n\r\n";
        byte[] body = concat(
                head.getBytes(StandardCharsets.UTF_8),
                newlineJson,
                ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        URI uri = URI.create(settings.endpoint() + "/upload/bigquery/v2/projects/" + settings.project()
                + "/jobs?uploadType=multipart");
        String what = "loading " + table;
        HttpRequest.Builder upload = HttpRequest.newBuilder(uri)
                .header("Content-Type", "multipart/related; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        upload(upload, projects() + "/jobs/" + jobId + "?location=" + settings.location(), what);
        awaitJob(jobId, what);
    }

    /**
     * Sent again only where the job is not there: else the rows of an upload whose answer was lost would be there
     * twice.
     */
    private void upload(HttpRequest.Builder upload, String job, String what) {
        for (int attempt = 1; ; attempt++) {
            try {
                send(upload, what, 1);
                return;
            } catch (WarehouseException e) {
                if (found(job, what)) {
                    return;
                }
                boolean refused = e.status() >= 400 && e.status() < 500 && e.status() != 429;
                if (refused || attempt == ATTEMPTS) {
                    throw e;
                }
                pause(firstPauseMs << attempt - 1);
            }
        }
    }

    private void awaitJob(String jobId, String what) {
        while (true) {
            JsonNode job = get(projects() + "/jobs/" + jobId + "?location=" + settings.location(), what);
            if (job.path("status").path("state").asText().equals("DONE")) {
                JsonNode error = job.path("status").path("errorResult");
                if (!error.isMissingNode() && !error.isNull()) {
                    throw new WarehouseException(
                            400, what + " failed: " + error.path("message").asText());
                }
                return;
            }
            pause(firstPauseMs);
        }
    }

    /** Where the dataset is, such as {@code US}. */
    String locationOfDataset() {
        return get(projects() + "/datasets/" + settings.dataset(), "looking up dataset " + settings.dataset())
                .path("location")
                .asText("");
    }

    boolean exists(String table) {
        return table(table).isPresent();
    }

    /**
     * What BigQuery says of a table without reading it, which costs nothing.
     *
     * @param rows without those that are still in a streaming buffer
     */
    record TableInfo(Map<String, String> labels, long rows) {}

    Optional<TableInfo> table(String table) {
        return find(projects() + "/datasets/" + settings.dataset() + "/tables/" + table, "looking up table " + table)
                .map(answer -> {
                    Map<String, String> labels = new HashMap<>();
                    answer.path("labels")
                            .fields()
                            .forEachRemaining(label ->
                                    labels.put(label.getKey(), label.getValue().asText()));
                    return new TableInfo(labels, answer.path("numRows").asLong());
                });
    }

    private boolean found(String uri, String what) {
        return find(uri, what).isPresent();
    }

    private Optional<JsonNode> find(String uri, String what) {
        try {
            return Optional.of(get(uri, what));
        } catch (WarehouseException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String projects() {
        return settings.endpoint() + "/bigquery/v2/projects/" + settings.project();
    }

    private JsonNode get(String uri, String what) {
        return send(HttpRequest.newBuilder(URI.create(uri)).GET(), what);
    }

    private JsonNode post(String uri, JsonNode body, String what) {
        return send(
                HttpRequest.newBuilder(URI.create(uri))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                body.toString().getBytes(StandardCharsets.UTF_8))),
                what);
    }

    private JsonNode send(HttpRequest.Builder request, String what) {
        return send(request, what, ATTEMPTS);
    }

    private JsonNode send(HttpRequest.Builder request, String what, int attempts) {
        boolean refused = false;
        for (int attempt = 1; ; attempt++) {
            HttpRequest signed = request.copy()
                    .timeout(PATIENCE)
                    .setHeader("Authorization", "Bearer " + credentials.token(refused))
                    .build();
            try {
                HttpResponse<byte[]> response = http.send(signed, HttpResponse.BodyHandlers.ofByteArray());
                int status = response.statusCode();
                if (status < 300) {
                    return JSON.readTree(response.body());
                }
                boolean again = status == 429 || status >= 500 || status == 401 && !refused;
                if (!again || attempt >= attempts && status != 401) {
                    throw Refusals.of(status, response.body(), settings, what);
                }
                refused |= status == 401;
            } catch (IOException e) {
                if (attempt >= attempts) {
                    throw new WarehouseException(
                            "BigQuery at " + settings.endpoint() + " cannot be reached (" + e
                                    + "). Nothing of it has changed by this that a repeat would not mend; run the step again. On machines without public addresses"
                                    + " the subnet needs Private Google Access",
                            e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WarehouseException("interrupted while " + what, e);
            }
            pause(firstPauseMs << attempt - 1);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseException("interrupted while waiting for BigQuery", e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
