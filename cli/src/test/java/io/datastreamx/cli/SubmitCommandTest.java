package io.datastreamx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.Repository;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String rootBefore;

    @BeforeEach
    void root() {
        rootBefore = System.setProperty("dsx.root", Repository.root().toString());
    }

    @AfterEach
    void restore() {
        if (rootBefore == null) {
            System.clearProperty("dsx.root");
        } else {
            System.setProperty("dsx.root", rootBefore);
        }
    }

    private int run(String... args) {
        return Dsx.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    submit                                                 | say which job and where
                    submit night                                           | say which job and where
                    submit nite --env dev --no-build --dry-run             | there is no job 'nite'; there are ingest, night
                    submit night --env prod --no-build --dry-run           | there is no environment 'prod'; there are dev
                    submit ingest --env dev --cancel                       | name the run to cancel with --run
                    """)
    void wrongUseIsExplainedAndExitsWith2(String line, String message) {
        assertEquals(2, run(line.split(" +")), err.toString());
        assertTrue(err.toString().contains(message), err.toString());
    }

    @Test
    void theDryRunPrintsTheRequestAndNothingElse() throws Exception {
        Path project = folder.resolve("project");
        for (String file : new String[] {
            "runtimes.conf", "prices.json", "environments/dev.conf", "jobs/common.conf", "jobs/night.conf"
        }) {
            Path copy = project.resolve("dataproc").resolve(file);
            Files.createDirectories(copy.getParent());
            String committed =
                    Files.readString(Repository.root().resolve("dataproc").resolve(file));
            // The runtime's support ends some day; this test does not.
            Files.writeString(copy, committed.replace("supported-until = 2027", "supported-until = 2999"));
        }
        Path jar = project.resolve("dataproc/assembly/night/target/night.jar");
        Path libraries = project.resolve("dataproc/spark-4.0/target/libraries.classpath");
        Files.createDirectories(jar.getParent());
        Files.createDirectories(libraries.getParent());
        Files.writeString(jar, "a jar");
        Files.writeString(libraries, jar.toString());
        System.setProperty("dsx.root", project.toString());
        assertEquals(
                0,
                run("submit", "night", "--env", "dev", "--run", "r1", "--no-build", "--dry-run", "--args=--until 7"));
        String printed = out.toString();
        assertTrue(
                printed.startsWith(
                        "POST https://dataproc.googleapis.com/v1/projects/datastreamx-dev/locations/us-central1/"
                                + "batches?batchId=dsx-dev-night-r1"),
                printed);
        assertTrue(printed.contains("[ \"--json\", \"--run\", \"r1\", \"--until\", \"7\" ]"), printed);
        assertEquals("", err.toString());
    }
}
