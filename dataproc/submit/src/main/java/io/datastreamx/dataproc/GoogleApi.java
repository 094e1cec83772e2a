package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Google's JSON APIs: signs each request, tries again what fails for a while. There is no official client for Dataproc
 * among the libraries that this project can be built with; the few calls that it needs are these.
 */
final class GoogleApi {
    private static final Logger LOG = LoggerFactory.getLogger(GoogleApi.class);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    /** An answer that is final. */
    record Answer(int status, JsonNode body) {
        boolean ok() {
            return status / 100 == 2;
        }

        String message() {
            return body.path("error").path("message").asText("HTTP " + status);
        }
    }

    private final HttpClient http;
    private final Identity identity;
    private final Pace pace;

    GoogleApi(Identity identity, Pace pace) {
        this.identity = identity;
        this.pace = pace;
        this.http = HttpClient.newBuilder().connectTimeout(pace.callLimit()).build();
    }

    Pace pace() {
        return pace;
    }

    Answer call(Call call) throws InterruptedException {
        BodyPublisher body = call.body().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(call.body());
        return send(call, request -> request.header("Content-Type", "application/json")
                .method(call.method(), body));
    }

    Answer upload(String url, Path file) throws InterruptedException {
        return send(Call.post(url, ""), request -> {
            try {
                return request.header("Content-Type", "application/java-archive")
                        .POST(BodyPublishers.ofFile(file));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot read " + file, e);
            }
        });
    }

    private interface Completion {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    /** @throws SubmitException where nothing final was heard in all tries */
    private Answer send(Call call, Completion completion) throws InterruptedException {
        String last = "";
        for (int attempt = 1; attempt <= pace.tries(); attempt++) {
            if (attempt > 1) {
                LOG.info("{} {}: {}; trying again", call.method(), call.url(), last);
                Thread.sleep(pace.beforeTry(attempt - 1).toMillis());
            }
            try {
                Answer answer = once(call, completion);
                if (answer.status() == 401 && attempt < pace.tries()) {
                    identity.renew();
                    last = answer.message();
                } else if (PASSING.contains(answer.status())) {
                    last = answer.status() + " " + answer.message();
                } else {
                    return answer;
                }
            } catch (IOException e) {
                // The request may have arrived all the same; every request here may be repeated.
                last = Optional.ofNullable(e.getMessage()).orElse(e.toString());
            }
        }
        throw SubmitException.failed(call.method() + " " + call.url() + " failed " + pace.tries()
                + " times, the last with: " + last + ". What was submitted goes on; the same command finds it again");
    }

    private Answer once(Call call, Completion completion) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(call.url()))
                .timeout(pace.callLimit())
                .header("Authorization", "Bearer " + identity.token());
        HttpResponse<String> response = http.send(completion.of(request).build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), json(response.body()));
    }

    private static JsonNode json(String text) {
        try {
            return text.isBlank() ? Bodies.JSON.createObjectNode() : Bodies.JSON.readTree(text);
        } catch (IOException e) {
            return Bodies.JSON.createObjectNode();
        }
    }
}
