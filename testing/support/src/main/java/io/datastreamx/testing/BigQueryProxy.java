package io.datastreamx.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Stands before the emulator. It takes out what the emulator's DDL does not know and BigQuery's does (described columns
 * of views and of nested fields, replacing a view that is there, row access policies), makes clones by copying, keeps
 * labels of tables, answers as BigQuery where a table is missing, does of jobs what the emulator leaves out (a name
 * that is taken is refused, a finished load says how much it loaded), and can refuse a request or lose the answer to
 * one that was carried out.
 */
public final class BigQueryProxy implements AutoCloseable {
    // In the JSON of a request: line breaks are \n, quotes within the SQL are single.
    private static final Pattern VIEW_COLUMNS =
            Pattern.compile("(CREATE OR REPLACE VIEW `[^`]+`) \\(\\\\n.*?\\\\n\\)(\\\\nOPTIONS)");
    private static final Pattern VIEW = Pattern.compile("CREATE OR REPLACE VIEW `([^`.]+)\\.([^`.]+)\\.([^`.]+)`");
    private static final Pattern CLONE =
            Pattern.compile("(CREATE TABLE IF NOT EXISTS `[^`]+`)\\\\nCLONE (`[^`]+`)\\\\nOPTIONS\\(\\\\n.*?\\\\n\\)");
    private static final Pattern DROPPED = Pattern.compile("DROP TABLE IF EXISTS `([^`]+)`");
    private static final Pattern LABELLED = Pattern.compile("ALTER TABLE `([^`]+)` .*labels = \\[(.*?)\\]");
    private static final Pattern LABEL = Pattern.compile("\\('([^']*)', '([^']*)'\\)");
    private static final Pattern TABLE = Pattern.compile(".*/projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)");
    private static final Pattern NESTED = Pattern.compile("ARRAY<STRUCT<.*?>>");
    private static final Pattern JOB_ID = Pattern.compile("\"jobId\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern DESCRIPTION = Pattern.compile(" OPTIONS\\(description = '(?:[^'\\\\]|\\\\+.)*'\\)");

    private static final byte[] DONE = "{\"jobComplete\": true}".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool(BigQueryProxy::daemon);
    private final URI target;
    private final ConcurrentLinkedQueue<Predicate<String>> faults = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Predicate<String>> refusals = new ConcurrentLinkedQueue<>();
    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
    private final Set<String> jobs = ConcurrentHashMap.newKeySet();
    private final Map<String, String> labels = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> statements = new ConcurrentLinkedQueue<>();

    private BigQueryProxy(HttpServer server, URI target) {
        this.server = server;
        this.target = target;
    }

    static BigQueryProxy before(URI target) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        BigQueryProxy proxy = new BigQueryProxy(server, target);
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::handle);
        server.start();
        return proxy;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Loses the answer to the next request that matches: it is carried out, then the connection is closed.
     *
     * @param request over path and body; may act as well, such as kill the client
     */
    public void loseAnswer(Predicate<String> request) {
        faults.add(request);
    }

    /** Whether every answer that was to be lost has been. */
    public boolean allLost() {
        return faults.isEmpty();
    }

    /**
     * Answers the next request that matches with 503, and does not carry it out.
     *
     * @param request over path and body
     */
    public void refuse(Predicate<String> request) {
        refusals.add(request);
    }

    /** Whether everything that was to be refused has been. */
    public boolean allRefused() {
        return refusals.isEmpty();
    }

    /**
     * Shows every request that was carried out, before it is answered.
     *
     * @param watcher over method, path and body
     */
    public void watch(Consumer<String> watcher) {
        watchers.add(watcher);
    }

    /** Bodies of the statements that came since the last call, in order. */
    public List<String> takeStatements() {
        List<String> taken = new ArrayList<>();
        for (String next = statements.poll(); next != null; next = statements.poll()) {
            taken.add(next);
        }
        return taken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = body(exchange);
            String text = new String(body, StandardCharsets.UTF_8);
            String seen = exchange.getRequestURI() + " " + text;
            if (taken(refusals, seen)) {
                answer(exchange, 503, error(503, "backendError", "Service unavailable"));
                return;
            }
            if (isJob(exchange) && !newJob(text)) {
                answer(exchange, 409, error(409, "duplicate", "Already Exists: Job"));
                return;
            }
            boolean statement = exchange.getRequestURI().getPath().endsWith("/queries");
            byte[] sent = statement ? adapted(text).getBytes(StandardCharsets.UTF_8) : body;
            if (statement && text.contains("ROW ACCESS POLICY")) {
                statements.add(text);
                answer(exchange, 200, DONE);
                return;
            }
            if (statement) {
                statements.add(text);
                removeReplacedView(text);
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(sent));
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (type != null) {
                request.header("Content-Type", type);
            }
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (statement && response.statusCode() == 200) {
                rememberLabels(text);
            }
            boolean cloned = statement && response.statusCode() != 200 && isThere(text, response);
            watchers.forEach(watcher -> watcher.accept(exchange.getRequestMethod() + " " + seen));
            if (!taken(faults, seen)) {
                answer(
                        exchange,
                        cloned ? 200 : status(response),
                        cloned ? DONE : withLabels(exchange, withLoaded(exchange, response.body())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean taken(Queue<Predicate<String>> waiting, String request) {
        for (Predicate<String> one : waiting) {
            if (one.test(request)) {
                return waiting.remove(one);
            }
        }
        return false;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static byte[] error(int status, String reason, String message) {
        return ("{\"error\": {\"code\": " + status + ", \"message\": \"" + message + "\", \"errors\": [{\"reason\": \""
                        + reason + "\", \"message\": \"" + message + "\"}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isJob(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("POST")
                && exchange.getRequestURI().getPath().matches("/bigquery/v2/projects/[^/]+/jobs");
    }

    /** The emulator loads once more under a name that is taken. */
    private boolean newJob(String text) {
        Matcher id = JOB_ID.matcher(text);
        return !id.find() || jobs.add(id.group(1));
    }

    /** Google's client reads of a load how much it loaded; the emulator does not say. */
    private static byte[] withLoaded(HttpExchange exchange, byte[] body) {
        if (!exchange.getRequestURI().getPath().contains("/jobs")) {
            return body;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return text.contains("\"load\":{")
                ? text.replace(
                                "\"statistics\":{",
                                "\"statistics\":{\"load\":{\"outputBytes\":\"0\",\"outputRows\":\"0\"},")
                        .getBytes(StandardCharsets.UTF_8)
                : body;
    }

    /** Of a table that is made with rows the emulator forgets IF NOT EXISTS. */
    private static boolean isThere(String statement, HttpResponse<byte[]> response) {
        return CLONE.matcher(statement).find()
                && new String(response.body(), StandardCharsets.UTF_8).contains("already exists");
    }

    private void rememberLabels(String statement) {
        Matcher dropped = DROPPED.matcher(statement);
        if (dropped.find()) {
            labels.remove(dropped.group(1));
        }
        Matcher table = LABELLED.matcher(statement);
        if (table.find()) {
            labels.put(
                    table.group(1),
                    LABEL.matcher(table.group(2))
                            .results()
                            .map(label -> "\"" + label.group(1) + "\": \"" + label.group(2) + "\"")
                            .collect(Collectors.joining(", ", "{\"labels\": {", "}, ")));
        }
    }

    /** The emulator takes labels in and does not tell them. */
    private byte[] withLabels(HttpExchange exchange, byte[] body) {
        Matcher path = TABLE.matcher(exchange.getRequestURI().getPath());
        String known = path.matches() ? labels.get(path.group(1) + "." + path.group(2) + "." + path.group(3)) : null;
        String text = new String(body, StandardCharsets.UTF_8);
        return known == null || !text.contains("\"tableReference\"")
                ? body
                : (known + text.substring(text.indexOf('{') + 1)).getBytes(StandardCharsets.UTF_8);
    }

    /** Google's own client compresses what it sends. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        InputStream in = exchange.getRequestBody();
        return (compressed ? new GZIPInputStream(in) : in).readAllBytes();
    }

    /** BigQuery says 404 to a statement that names a table which is not there. */
    private static int status(HttpResponse<byte[]> response) {
        boolean missing = response.statusCode() == 400
                && new String(response.body(), StandardCharsets.UTF_8).contains("Table not found");
        return missing ? 404 : response.statusCode();
    }

    private void removeReplacedView(String json) throws IOException, InterruptedException {
        Matcher view = VIEW.matcher(json);
        if (view.find()) {
            String path = "/bigquery/v2/projects/" + view.group(1) + "/datasets/" + view.group(2) + "/tables/"
                    + view.group(3);
            client.send(
                    HttpRequest.newBuilder(target.resolve(path)).DELETE().build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    static String adapted(String json) {
        String plain = VIEW_COLUMNS.matcher(json).replaceFirst("$1$2");
        plain = CLONE.matcher(plain).replaceFirst("$1 AS SELECT * FROM $2");
        return NESTED.matcher(plain)
                .replaceAll(nested -> Matcher.quoteReplacement(
                        DESCRIPTION.matcher(nested.group()).replaceAll("")));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "bigquery-proxy");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
