package io.datastreamx.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.cli.stack.Home;
import io.datastreamx.cli.stack.ServingClient;
import io.datastreamx.cli.stack.StackState;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do about the boxes' tokens. */
class EdgeCommandTest {
    @TempDir
    Path home;

    @BeforeEach
    void aStackThatIsDown() {
        StackState.down(1, 2, 3, 4, Map.of(), null).write(new Home(home));
    }

    private record Outcome(int code, String out, String err) {}

    private Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("edge"));
        all.addAll(List.of(args));
        all.addAll(List.of("--home", home.toString()));
        int code = Dsx.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        return new Outcome(code, out.toString().strip(), err.toString());
    }

    private DeviceTokens keys() {
        return new DeviceTokens(new TokenKeyFile(home.resolve("edge-keys.json")).loadOrCreate(Instant.now()));
    }

    @Test
    void aTokenIsForOneDeviceAndATime() throws Exception {
        Outcome plain = run("token", "box-1");
        assertThat(plain.code()).as(plain.err()).isZero();
        assertThat(keys().verify(plain.out(), Instant.now())).isEqualTo("box-1");
        var json = ServingClient.JSON.readTree(
                run("token", "box-2", "--ttl", "10m", "--json").out());
        assertThat(json.path("device_id").asText()).isEqualTo("box-2");
        assertThat(json.path("kid").asText()).isEqualTo("e1");
        assertThat(Instant.parse(json.path("expires_at").asText()))
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(9)), Instant.now().plus(Duration.ofMinutes(10)));
        assertThat(keys().verify(json.path("token").asText(), Instant.now())).isEqualTo("box-2");
        assertThat(run("token", "").code()).isEqualTo(2);
        assertThat(run("token", "box-1", "--ttl", "0s").code()).isEqualTo(2);
    }

    @Test
    void keysRotate() throws Exception {
        assertThat(run("keys", "list", "--json").out()).contains("\"kid\":\"e1\"", "\"signs\":true");
        String before = run("token", "box-1").out();
        assertThat(run("keys", "rotate").out()).contains("e1", "e2");
        assertThat(keys().verify(before, Instant.now())).isEqualTo("box-1");
        Outcome newest = run("keys", "retire", "e2");
        assertThat(newest.code()).isEqualTo(1);
        assertThat(newest.err()).contains("rotate first");
        assertThat(run("keys", "retire", "e1").out()).doesNotContain("e1");
        assertThat(run("keys", "retire", "e1").err()).contains("there is no key e1");
        assertThat(run("keys", "list").out()).doesNotContain("secret");
        assertThat(run().code()).isEqualTo(2);
    }
}
