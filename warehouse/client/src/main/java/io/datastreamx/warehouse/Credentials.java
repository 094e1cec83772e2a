package io.datastreamx.warehouse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Where access tokens come from. */
interface Credentials {
    /** @param fresh whether the last token was refused, so that a kept one will not do */
    String token(boolean fresh);

    /** @param configured a token; empty for that of the service account that this process runs as on Google Cloud */
    static Credentials of(String configured) {
        return configured.isEmpty() ? new ServiceAccount() : fresh -> configured;
    }

    /** The metadata server of Google Cloud, which hands out tokens of the attached service account. */
    final class ServiceAccount implements Credentials {
        private static final URI TOKEN = URI.create(
                "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token");
        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final HttpClient http =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        private String token;
        private long expires;

        @Override
        public synchronized String token(boolean fresh) {
            if (fresh || token == null || System.nanoTime() - expires > 0) {
                refresh();
            }
            return token;
        }

        private void refresh() {
            HttpRequest request = HttpRequest.newBuilder(TOKEN)
                    .timeout(PATIENCE)
                    .header("Metadata-Flavor", "Google")
                    .build();
            try {
                HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
                if (response.statusCode() != 200) {
                    throw new WarehouseException(
                            response.statusCode(),
                            "the metadata server gives no token (" + response.statusCode()
                                    + "): attach a service account with access to BigQuery to this machine or batch");
                }
                var json = new ObjectMapper().readTree(response.body());
                token = json.path("access_token").asText();
                long seconds = json.path("expires_in").asLong() - 60;
                expires = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            } catch (IOException e) {
                throw new WarehouseException(
                        "no credentials for BigQuery: this is no machine of Google Cloud with a service account. Elsewhere set datastreamx.bigquery.access-token,"
                                + " for instance from `gcloud auth print-access-token`",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WarehouseException("interrupted while asking for a token", e);
            }
        }
    }
}
