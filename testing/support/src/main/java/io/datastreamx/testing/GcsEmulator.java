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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Google Cloud Storage on this machine: fake-gcs-server as a child process, with its objects in memory. Built from
 * source on first use, which takes minutes; needs Go. It checks generation preconditions, but no credentials, no
 * permissions and no regions.
 */
public final class GcsEmulator implements AutoCloseable {
    /** Where every bucket of the emulator lies. */
    public static final String LOCATION = "EUROPE-WEST1";

    private static final Duration BUILD = Duration.ofMinutes(20);
    private static final Duration START = Duration.ofMinutes(4);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final URI url;
    private final Path log;

    private GcsEmulator(Process process, URI url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    public static GcsEmulator start() {
        String binary = build();
        try {
            int port = freePort();
            URI url = URI.create("http://127.0.0.1:" + port);
            Path log = Files.createTempFile("gcs-emulator", ".log");
            Process process = new ProcessBuilder(
                            binary,
                            "-backend",
                            "memory",
                            "-scheme",
                            "http",
                            "-host",
                            "127.0.0.1",
                            "-port",
                            "" + port,
                            "-external-url",
                            url.toString(),
                            "-public-host",
                            "127.0.0.1:" + port,
                            "-location",
                            LOCATION,
                            "-log-level",
                            "error")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-gcs-emulator"));
            GcsEmulator emulator = new GcsEmulator(process, url, log);
            emulator.awaitReady();
            return emulator;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + binary, e);
        }
    }

    public URI url() {
        return url;
    }

    public void createBucket(String name) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(url.resolve("/storage/v1/b?project=test"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"" + name + "\"}")));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    "the emulator made no bucket: " + answer.statusCode() + " " + answer.body());
        }
    }

    /** The Hadoop properties with which the GCS connector uses the emulator. */
    public Map<String, String> hadoop() {
        return hadoop(url);
    }

    /** The same for a proxy before it. */
    public static Map<String, String> hadoop(URI url) {
        return new TreeMap<>(Map.of(
                "fs.gs.storage.root.url", url + "/",
                "fs.gs.auth.type", "UNAUTHENTICATED",
                "fs.gs.project.id", "test",
                "fs.gs.client.type", "HTTP_API_CLIENT",
                "fs.gs.http.max.retry", "2",
                // Batches of requests and moves of objects are not asked of an emulator.
                "fs.gs.max.requests.per.batch", "1",
                "fs.gs.operation.move.enable", "false"));
    }

    /** The Hadoop properties as flags of a process of ours. */
    public static Map<String, String> settings(Map<String, String> hadoop) {
        Map<String, String> settings = new TreeMap<>();
        hadoop.forEach((name, value) -> settings.put("datastreamx.lake.hadoop." + name, value));
        return settings;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                if (send(HttpRequest.newBuilder(url.resolve("/storage/v1/b?project=test"))
                                        .GET())
                                .statusCode()
                        == 200) {
                    return;
                }
            } catch (UncheckedIOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new IllegalStateException("the GCS emulator did not start: " + Files.readString(log), e);
                }
            }
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String build() {
        Path script = Repository.root().resolve("testing/support/emulators/build.sh");
        try {
            Process build = new ProcessBuilder(script.toString(), "fake-gcs-server")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String path = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!build.waitFor(BUILD.toSeconds(), TimeUnit.SECONDS) || build.exitValue() != 0) {
                throw new IllegalStateException(
                        "the GCS emulator was not built; " + script + " fake-gcs-server says why");
            }
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
