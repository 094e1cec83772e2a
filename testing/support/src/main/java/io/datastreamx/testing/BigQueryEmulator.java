package io.datastreamx.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * BigQuery on this machine: goccy/bigquery-emulator as a child process, in memory, behind a {@link BigQueryProxy}.
 * Built from source on first use, which takes minutes; needs Go. It analyses and runs GoogleSQL, load jobs and views,
 * but knows no credentials, permissions, locations, billing, pruning or expiration.
 */
public final class BigQueryEmulator implements AutoCloseable {
    private static final Duration BUILD = Duration.ofMinutes(30);
    private static final Duration START = Duration.ofMinutes(4);

    private final Process process;
    private final BigQueryProxy proxy;
    private final int storagePort;

    private BigQueryEmulator(Process process, BigQueryProxy proxy, int storagePort) {
        this.process = process;
        this.proxy = proxy;
        this.storagePort = storagePort;
    }

    /** Starts it with one empty dataset. */
    public static BigQueryEmulator start(String project, String dataset) {
        return start(project, dataset, Map.of());
    }

    /** The same, with load jobs that read {@code gs:} from {@code gcs}. */
    public static BigQueryEmulator start(String project, String dataset, GcsEmulator gcs) {
        return start(project, dataset, Map.of("STORAGE_EMULATOR_HOST", gcs.url().toString()));
    }

    private static BigQueryEmulator start(String project, String dataset, Map<String, String> environment) {
        String binary = build();
        try {
            int port = freePort();
            int storagePort = freePort();
            Path log = Files.createTempFile("bigquery-emulator", ".log");
            ProcessBuilder command = new ProcessBuilder(
                            binary,
                            "--host=127.0.0.1",
                            "--port=" + port,
                            "--grpc-port=" + storagePort,
                            "--project=" + project,
                            "--dataset=" + dataset)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            command.environment().putAll(environment);
            Process process = command.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-bigquery-emulator"));
            URI url = URI.create("http://127.0.0.1:" + port);
            awaitReady(process, url.resolve("/bigquery/v2/projects/" + project + "/datasets/" + dataset), log);
            return new BigQueryEmulator(process, BigQueryProxy.before(url), storagePort);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + binary, e);
        }
    }

    /** Makes an empty dataset. */
    public void createDataset(String project, String dataset) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(proxy.url() + "/bigquery/v2/projects/" + project + "/datasets"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"datasetReference\": {\"projectId\": \"" + project
                        + "\", \"datasetId\": \"" + dataset + "\"}}"))
                .build();
        try {
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("dataset " + dataset + " was not made: " + response.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What clients talk to; it can be told to lose answers. */
    public BigQueryProxy proxy() {
        return proxy;
    }

    /** Where its Storage API (gRPC) listens on 127.0.0.1, without TLS, which clients insist on. */
    public int storagePort() {
        return storagePort;
    }

    private static String build() {
        try {
            Process script = new ProcessBuilder(
                            Repository.root()
                                    .resolve("testing/support/emulators/build.sh")
                                    .toString(),
                            "bigquery-emulator")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String path = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!script.waitFor(BUILD.toSeconds(), TimeUnit.SECONDS) || script.exitValue() != 0) {
                throw new IllegalStateException("the BigQuery emulator was not built; the lines above say why");
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the BigQuery emulator was built", e);
        }
    }

    private static void awaitReady(Process process, URI dataset, Path log) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                if (HttpClient.newHttpClient()
                                .send(HttpRequest.newBuilder(dataset).build(), HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // it does not listen yet
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            pause();
        }
        process.destroyForcibly();
        throw new IllegalStateException("the BigQuery emulator did not answer: " + Files.readString(log));
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        proxy.close();
        process.destroyForcibly();
    }
}
