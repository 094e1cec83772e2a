package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What terraform makes is what the environments name. */
class TerraformTest {
    private static final Path FOLDER = Repository.root().resolve("dataproc");

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod-30k", "prod-300k"})
    void namesMatchTheEnvironment(String name) throws IOException {
        Environment environment = Specs.in(FOLDER).environment(name);
        String terraform = Files.readString(FOLDER.resolve("terraform/main.tf"));
        assertEquals(environment.project() + "-dsx", environment.bucket());
        assertTrue(terraform.contains("= \"${var.project}-dsx\""), "bucket");
        assertNamed(terraform, "account_id", environment.serviceAccount().replaceAll("@.*", ""));
        assertNamed(terraform, "name", last(environment.subnet()));
        assertNamed(terraform, "name", last(environment.kmsKey()));
        assertNamed(terraform, "cluster_id", environment.bootstrapServers().split("\\.")[1]);
    }

    private static void assertNamed(String terraform, String attribute, String value) {
        assertTrue(terraform.matches("(?s).*" + attribute + " *= \"" + value + "\".*"), attribute + " = " + value);
    }

    private static String last(String resource) {
        return resource.replaceAll(".*/", "");
    }
}
