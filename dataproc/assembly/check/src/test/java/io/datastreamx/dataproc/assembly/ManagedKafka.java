package io.datastreamx.dataproc.assembly;

import com.sun.net.httpserver.HttpServer;
import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A real broker that asks for OAUTHBEARER on one listener and for nothing on another, and the token endpoint that a
 * service account's key file names.
 */
final class ManagedKafka implements AutoCloseable {
    private final JavaProcess broker;
    private final HttpServer tokens;
    private final Path folder;
    private final int plainPort;
    private final int signInPort;

    ManagedKafka(Path folder) throws IOException, URISyntaxException {
        this.folder = folder;
        plainPort = freePort();
        int controllerPort = freePort();
        signInPort = freePort();
        Path properties = Files.writeString(folder.resolve("server.properties"), serverProperties(controllerPort));
        List<Path> classpath = new ArrayList<>(Repository.runtimeClasspath("kafka/broker"));
        classpath.add(Path.of(TokenValidator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
        broker = JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.kafka.broker.BrokerMain",
                classpath,
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(
                        "--dir", folder.resolve("kafka").toString(),
                        "--port", Integer.toString(plainPort),
                        "--controller-port", Integer.toString(controllerPort),
                        "--properties", properties.toString())));
        broker.awaitLine("READY ", Duration.ofMinutes(4));
        tokens = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/valid", 200, token(TokenValidator.ACCEPTED));
        answer("/other", 200, token("ya29.of-another-project"));
        answer("/expired", 400, "{\"error\":\"invalid_grant\",\"error_description\":\"the key has expired\"}");
        tokens.start();
    }

    /** For the test's own clients. */
    String plain() {
        return "127.0.0.1:" + plainPort;
    }

    /** Where one signs in. */
    String signIn() {
        return "127.0.0.1:" + signInPort;
    }

    /**
     * A home folder with a service account's key as application default credentials.
     *
     * @param endpoint where its tokens come from: {@code valid}, {@code other} or {@code expired}
     */
    Path homeWithKey(String endpoint) throws IOException, GeneralSecurityException {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        String key = Base64.getEncoder()
                .encodeToString(rsa.generateKeyPair().getPrivate().getEncoded());
        Path home = folder.resolve("home-" + endpoint);
        Path gcloud = Files.createDirectories(home.resolve(".config/gcloud"));
        Files.writeString(gcloud.resolve("application_default_credentials.json"), """
                {"type": "service_account", "project_id": "p", "private_key_id": "k", "client_id": "1",
                 "private_key": "-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
                 "client_email": "dsx-jobs@p.iam.gserviceaccount.com", "token_uri": "http://127.0.0.1:%d/%s"}
                """.formatted(
                        key, tokens.getAddress().getPort(), endpoint));
        return home;
    }

    private String serverProperties(int controllerPort) {
        String prefix = "listener.name.sasl.oauthbearer.sasl.";
        String oauth = "org.apache.kafka.common.security.oauthbearer.";
        return String.join(
                "\n",
                "listeners=PLAINTEXT://" + plain() + ",SASL://" + signIn() + ",CONTROLLER://127.0.0.1:"
                        + controllerPort,
                "advertised.listeners=PLAINTEXT://" + plain() + ",SASL://" + signIn(),
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms=OAUTHBEARER",
                prefix + "server.callback.handler.class=" + TokenValidator.class.getName(),
                prefix + "login.callback.handler.class=" + oauth
                        + "internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler",
                prefix + "jaas.config=" + oauth
                        + "OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";");
    }

    private void answer(String path, int status, String body) {
        tokens.createContext(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static String token(String value) {
        return "{\"access_token\":\"" + value + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        tokens.stop(0);
        broker.close();
    }
}
