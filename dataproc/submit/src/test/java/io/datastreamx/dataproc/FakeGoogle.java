package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * The Batches, Jobs, Cloud Storage and token APIs on a port of this machine, with the failures that a test asks for.
 */
final class FakeGoogle implements AutoCloseable {
    private static final String TOKEN = "token-";
    private static final KeyPair KEY = key();

    /** A request as it arrived. */
    record Seen(String method, String uri, String body) {}

    /**
     * What happens to the next request that it matches: a status instead of an answer, or (0) the work is done and the
     * answer lost.
     */
    private record Fault(Pattern request, int status) {}

    private final HttpServer server;
    private final List<Seen> seen = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, ObjectNode> resources = new HashMap<>();
    private final Map<String, Deque<String>> states = new HashMap<>();
    private final Map<String, String> objects = new HashMap<>();
    private String bucketLocation = "US-CENTRAL1";
    private List<String> nextStates = List.of("PENDING", "RUNNING", "RUNNING", "SUCCEEDED");
    private int tokens;
    private int validTokensFrom = 1;

    FakeGoogle() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newSingleThreadExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A real service account's credentials, whose tokens come from here. */
    ServiceAccountCredentials serviceAccount() {
        return ServiceAccountCredentials.newBuilder()
                .setClientEmail("submit@p.iam.gserviceaccount.com")
                .setClientId("1")
                .setPrivateKeyId("k")
                .setPrivateKey(KEY.getPrivate())
                .setTokenServerUri(URI.create(url() + "/token"))
                .build();
    }

    synchronized void bucketIn(String location) {
        bucketLocation = location;
    }

    /** States that jobs created from now on go through, one for each look; the last one stays. */
    synchronized void nextGoThrough(String... these) {
        nextStates = List.of(these);
    }

    /** Answers {@code status} to the next request whose method and URI match, {@code times} times. */
    synchronized void fail(String regex, int status, int times) {
        for (int i = 0; i < times; i++) {
            faults.add(new Fault(Pattern.compile(regex), status));
        }
    }

    /** Does what the next matching request says, then cuts the connection. */
    synchronized void loseAnswer(String regex) {
        fail(regex, 0, 1);
    }

    /** Refuses all tokens handed out so far. */
    synchronized void expireTokens() {
        validTokensFrom = tokens + 1;
    }

    synchronized List<Seen> seen(String regex) {
        return seen.stream()
                .filter(request -> Pattern.matches(regex, request.method() + " " + request.uri()))
                .toList();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        byte[] content = exchange.getRequestBody().readAllBytes();
        String uri = exchange.getRequestURI().toString();
        String request = exchange.getRequestMethod() + " " + uri;
        if (uri.equals("/token")) {
            answer(
                    exchange,
                    200,
                    "{\"access_token\":\"" + TOKEN + ++tokens + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
            return;
        }
        seen.add(new Seen(
                exchange.getRequestMethod(),
                uri,
                uri.startsWith("/upload") ? "" : new String(content, StandardCharsets.UTF_8)));
        String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!token.startsWith("Bearer " + TOKEN)
                || Integer.parseInt(token.substring(("Bearer " + TOKEN).length())) < validTokensFrom) {
            answer(exchange, 401, error("the token is expired"));
            return;
        }
        Fault fault = faults.stream()
                .filter(f -> f.request().matcher(request).matches())
                .findFirst()
                .orElse(null);
        faults.remove(fault);
        if (fault != null && fault.status() != 0) {
            answer(exchange, fault.status(), error("as the test asked for"));
            return;
        }
        Reply reply = work(exchange.getRequestMethod(), uri, content);
        if (fault != null) {
            exchange.close();
        } else {
            answer(exchange, reply.status(), reply.body());
        }
    }

    private record Reply(int status, String body) {}

    private Reply work(String method, String uri, byte[] content) throws IOException {
        String path = uri.replaceAll("\\?.*", "");
        if (path.startsWith("/upload/")) {
            String name = uri.replaceAll(".*[?&]name=([^&]*).*", "$1");
            if (objects.putIfAbsent(name, md5(content)) != null) {
                return new Reply(412, error("it is there already"));
            }
            return new Reply(200, "{\"md5Hash\":\"" + objects.get(name) + "\"}");
        }
        if (path.contains("/o/")) {
            String md5 = objects.get(path.replaceAll(".*/o/", ""));
            return md5 == null
                    ? new Reply(404, error("no such object"))
                    : new Reply(200, "{\"md5Hash\":\"" + md5 + "\"}");
        }
        if (path.startsWith("/storage/")) {
            return bucketLocation.isEmpty()
                    ? new Reply(404, error("no such bucket"))
                    : new Reply(200, "{\"location\":\"" + bucketLocation + "\"}");
        }
        return jobs(method, uri, path, content);
    }

    private Reply jobs(String method, String uri, String path, byte[] content) throws IOException {
        if (path.endsWith(":cancel")) {
            String id = path.replaceAll(".*/([^/]*):cancel", "$1").replaceAll("^op-", "");
            states.put(id, new ArrayDeque<>(List.of("CANCELLED")));
            return new Reply(200, "{}");
        }
        if (method.equals("POST")) {
            boolean batch = path.endsWith("/batches");
            ObjectNode body = (ObjectNode) Bodies.JSON.readTree(content);
            String id = batch
                    ? uri.replaceAll(".*batchId=", "")
                    : body.path("job").path("reference").path("jobId").asText();
            if (resources.containsKey(id)) {
                return new Reply(409, error("already exists"));
            }
            ObjectNode resource = batch ? body : (ObjectNode) body.get("job");
            resource.put("operation", "projects/p/regions/r/operations/op-" + id);
            resources.put(id, resource);
            states.put(id, new ArrayDeque<>(nextStates));
            return new Reply(200, "{\"name\":\"op-" + id + "\"}");
        }
        String id = path.replaceAll(".*/", "");
        ObjectNode resource = resources.get(id);
        if (resource == null) {
            return new Reply(404, error("not found"));
        }
        if (method.equals("DELETE")) {
            resources.remove(id);
            return new Reply(200, "{}");
        }
        Deque<String> ahead = states.get(id);
        String state = ahead.size() > 1 ? ahead.poll() : ahead.peek();
        resource.put("state", state);
        resource.putObject("status").put("state", state);
        if (state.equals("SUCCEEDED")) {
            resource.putObject("runtimeInfo").putObject("approximateUsage").put("milliDcuSeconds", "7200000");
        }
        return new Reply(200, Bodies.text(resource));
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return rsa.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }

    private static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\"}}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String md5(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
