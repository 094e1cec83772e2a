package io.datastreamx.speed.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.datastreamx.testing.BrokerProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI file and the edge agree on thousands of generated requests. */
class SchemathesisTest {
    private static final int CANNOT_BE_HAD = 77;
    private static final long LIMIT_MINUTES = 5;

    @TempDir
    Path home;

    @Test
    void theEdgeAnswersAsItsFileSays() throws Exception {
        Path module = Repository.root().resolve("speed-layer/edge");
        Path output = home.resolve("schemathesis.txt");
        try (BrokerProcess broker = BrokerProcess.start()) {
            broker.createEventTopics(2);
            try (EdgeFixture edge = new EdgeFixture(
                    broker.bootstrapServers(),
                    home,
                    Map.of("datastreamx.edge.rate-per-device", "1000000", "datastreamx.edge.burst", "1000000"))) {
                ProcessBuilder builder = new ProcessBuilder(
                        module.resolve("src/test/schemathesis/run.sh").toString(),
                        edge.service.url(),
                        module.resolve("target/schemathesis").toString());
                builder.environment().put("EDGE_DEVICE", EdgeFixture.DEVICE);
                builder.environment().put("EDGE_TOKEN", edge.token(EdgeFixture.DEVICE));
                Process process = builder.redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                try {
                    assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
                } finally {
                    process.destroyForcibly();
                }
                String printed = Files.readString(output);
                System.out.println(printed);
                assumeTrue(process.exitValue() != CANNOT_BE_HAD, printed);
                assertThat(process.exitValue()).as(printed).isZero();
                assertThat(edge.service.counters().requests(Outcome.ACCEPTED)).isGreaterThan(50);
                assertThat(edge.service.counters().requests(Outcome.INVALID_RECORD))
                        .isGreaterThan(50);
                assertThat(edge.failure.get()).isNull();
            }
        }
    }
}
