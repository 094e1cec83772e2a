package io.datastreamx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.Obedience;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.kafka.policy.PolicyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code dsx status} prints of a state and of what serving says; the whole stack is in the acceptance runs. */
class StatusTest {
    @TempDir
    Path dir;

    private HttpServer serving;

    @BeforeEach
    void serve() throws IOException {
        serving = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serving.createContext("/v1/status", exchange -> {
            byte[] answer = "{\"ingest_batch\":7,\"lag_records\":3,\"cut\":5,\"version\":\"v5\",\"freshness_ms\":900}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        serving.start();
    }

    @AfterEach
    void stop() {
        serving.stop(0);
    }

    private void state(String ends, String notices) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        String worker = "{\"pid\":%d,\"started_at\":%d,\"restarts\":4,\"ready\":true"
                .formatted(self.pid(), self.info().startInstant().orElseThrow().toEpochMilli());
        Files.createDirectories(dir.resolve("run"));
        Files.writeString(dir.resolve("run/state.json"), """
                {"kafka_port":9092,"controller_port":9093,"http_port":%d,"settings":{},"ready":true,"supervisor":%s},
                 "processes":{"ingest":%s,"ends":%s}},"notices":%s}
                """.formatted(
                        serving.getAddress().getPort(), worker, worker, ends, notices));
    }

    private record Outcome(int code, String out) {}

    private Outcome status(String... more) {
        StringWriter out = new StringWriter();
        String[] args = new String[more.length + 3];
        args[0] = "status";
        args[1] = "--home";
        args[2] = dir.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        int code = Dsx.commandLine().setOut(new PrintWriter(out)).execute(args);
        return new Outcome(code, out.toString());
    }

    @Test
    void allIsWell() throws Exception {
        state("{\"never_ready\":0,\"lately\":[],\"last_error\":null}", "[]");
        assertEquals(new Outcome(0, """
                        kafka    127.0.0.1:9092
                        page     http://127.0.0.1:%d
                        edge     http://127.0.0.1:0
                        ingest   batch 7, 3 records behind
                        serving  version v5, cut 5
                        process  pid  state  restarts
                        -------  ---  -----  --------
                        ingest   PID  ready         4
                        """.formatted(serving.getAddress().getPort())), withoutPid(status()));
    }

    private static Outcome withoutPid(Outcome outcome) {
        String pid = Long.toString(ProcessHandle.current().pid());
        String spaces = " ".repeat(Math.max(0, pid.length() - 3));
        String dashes = "-".repeat(Math.max(0, pid.length() - 3));
        return new Outcome(
                outcome.code(),
                outcome.out()
                        .replace("process  " + spaces + "pid", "process  pid")
                        .replace("-------  " + dashes + "---", "-------  ---")
                        .replace("ingest   " + pid, "ingest   PID"));
    }

    @Test
    void aLoopOfRestartsIsAProblemAndANoticeIsNone() throws Exception {
        state(
                "{\"never_ready\":3,\"lately\":[\"%s\"],\"last_error\":\"no such file\"}".formatted(Instant.now()),
                "[{\"at\":\"2026-11-27T01:02:03Z\",\"process\":\"dsx\",\"text\":\"the policy came back\"}]");
        Outcome text = status();
        assertEquals(1, text.code());
        assertTrue(text.out().contains(" failing "), text.out());
        assertTrue(
                text.out()
                        .contains("problem: ingest is failing, it has restarted 4 times: no such file (see "
                                + new Home(dir).log("ingest") + ")\n"),
                text.out());
        assertTrue(text.out().endsWith("notice (dsx, 2026-11-27T01:02:03.000Z): the policy came back\n"), text.out());
        Outcome json = status("--json");
        assertEquals(1, json.code());
        var tree = ServingClient.parse(json.out());
        assertTrue(tree.at("/processes/ingest/failing").asBoolean());
        assertEquals("no such file", tree.at("/processes/ingest/last_error").asText());
        assertEquals(1, tree.path("problems").size());
        assertEquals("the policy came back", tree.at("/notices/0/text").asText());

        state(
                "{\"never_ready\":0,\"lately\":[],\"last_error\":null}",
                "[{\"at\":\"2026-11-27T01:02:03Z\",\"process\":\"dsx\",\"text\":\"x\"}]");
        assertEquals(0, status().code());
    }

    @Test
    void aKillSwitchIsToldByWhoObeysIt() throws Exception {
        state("{\"never_ready\":0,\"lately\":[],\"last_error\":null}", "[]");
        Files.writeString(
                PolicyReport.file(dir, ProcessHandle.current().pid()),
                "{\"policy_version\":\"p9\",\"kill_switch\":true,\"refused\":[],\"refusals\":0}");
        Outcome text = status();
        assertEquals(0, text.code());
        assertTrue(
                text.out()
                        .contains(
                                "ingest has the kill switch on, by policy p9: nothing is routed until dsx policy resume\n"),
                text.out());
        Home home = new Home(dir);
        assertEquals(
                new Obedience(List.of("ingest"), List.of()),
                Obedience.await(home, StackState.read(home).orElseThrow(), "p9"));
    }

    /** Then most of all, somebody wants to know how the processes are. */
    @Test
    void withoutServingTheRestIsToldAllTheSame() throws Exception {
        state("{\"never_ready\":0,\"lately\":[],\"last_error\":null}", "[]");
        serving.stop(0);
        Outcome text = status();
        assertEquals(1, text.code());
        assertTrue(text.out().contains("ingest   batch unknown, unknown records behind\n"), text.out());
        assertTrue(text.out().contains("ready"), text.out());
        assertTrue(text.out().contains("problem: serving at "), text.out());
    }
}
