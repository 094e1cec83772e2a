package io.datastreamx.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datastreamx.cli.console.CliException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks serving's HTTP API. */
public final class ServingClient {
    public static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String base;
    private final Optional<String> token;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** @param base {@code http://host:port} of a server that asks nobody who it is */
    public ServingClient(String base) {
        this(base, Optional.empty());
    }

    /** @param token with which it signs in */
    public ServingClient(String base, Optional<String> token) {
        this.base = base;
        this.token = token;
    }

    /**
     * The body as it came.
     *
     * @param parameters names and values, a name may repeat
     * @throws CliException with what the API said when it refused
     */
    public String text(String path, List<Map.Entry<String, String>> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach(p -> pairs.add(p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8)));
        URI uri = URI.create(base + path + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs)));
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
            token.ifPresent(known -> request.header("Authorization", "Bearer " + known));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 400) {
                throw CliException.wrongUse(reason(answer.body()));
            }
            if (answer.statusCode() != 200) {
                throw new CliException("serving refused " + uri.getPath() + " (HTTP " + answer.statusCode() + "): "
                        + reason(answer.body()));
            }
            return answer.body();
        } catch (IOException e) {
            throw new CliException(
                    "serving at " + base + " does not answer (" + e + "); see dsx status and serving.log", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted while waiting for " + uri, e);
        }
    }

    public JsonNode json(String path, List<Map.Entry<String, String>> parameters) {
        return parse(text(path, parameters));
    }

    public JsonNode status() {
        return json("/v1/status", List.of());
    }

    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new CliException("serving answered with something that is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String reason(String body) {
        try {
            JsonNode tree = JSON.readTree(body);
            for (String field : List.of("detail", "error", "message", "title")) {
                if (tree.hasNonNull(field)) {
                    return tree.get(field).asText();
                }
            }
            return body;
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
