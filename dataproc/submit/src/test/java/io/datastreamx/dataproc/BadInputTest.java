package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can get wrong in the files, and what they are told. */
class BadInputTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
    private static final String DEV = "environments/dev.conf";

    @TempDir
    Path folder;

    private Path project;

    @BeforeEach
    void copy() throws IOException {
        project = TestProject.in(folder);
    }

    private void refused(String job, String environment, LocalDate day, String... says) {
        SubmitException e = assertThrows(SubmitException.class, () -> Specs.in(project.resolve("dataproc"))
                .spec(job, environment, day));
        assertEquals(ExitCode.WRONG_USE, e.exitCode(), e.getMessage());
        for (String part : says) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @Test
    void aMissingVariable() throws IOException {
        TestProject.edit(project, DEV, "boxes = 300", "");
        refused("night", "dev", TODAY, DEV, "does not say boxes");
    }

    @Test
    void anUnknownVariable() throws IOException {
        TestProject.edit(project, DEV, "boxes = 300", "boxes = 300\nregoin = x");
        refused("night", "dev", TODAY, DEV, "regoin", "which nothing reads");
    }

    @Test
    void anUnknownSettingOfAJob() throws IOException {
        TestProject.edit(project, "jobs/night.conf", "ttl = 4h", "ttl = 4h\ntimeout = 2h");
        refused("night", "dev", TODAY, "jobs/night.conf", "timeout");
    }

    @Test
    void aVariableThatNobodySets() throws IOException {
        TestProject.edit(project, DEV, "boxes = 300", "boxes = ${DSX_NO_SUCH_VARIABLE}");
        refused("night", "dev", TODAY, "variable that is not set", "DSX_NO_SUCH_VARIABLE");
    }

    @Test
    void aRegionThatIsNone() throws IOException {
        TestProject.edit(project, DEV, "region = \"us-central1\"", "region = \"us-central1-a\"");
        refused("night", "dev", TODAY, "us-central1-a", "looks like a zone");
    }

    @Test
    void aRuntimeThatLostItsSupport() {
        refused("night", "dev", LocalDate.of(2027, 2, 1), "runtime-supported", "lost its support on 2027-01-31");
    }

    @Test
    void anUnknownJobOrEnvironmentNamesTheKnownOnes() {
        refused("nite", "dev", TODAY, "no job 'nite'", "night");
        refused("night", "prod", TODAY, "no environment 'prod'", "prod-30k");
    }

    @Test
    void anEnvironmentWithoutSizes() throws IOException {
        Files.copy(project.resolve("dataproc/" + DEV), project.resolve("dataproc/environments/test.conf"));
        refused("night", "test", TODAY, "no sizes for the environment 'test'");
    }

    @Test
    void allBrokenRulesAreToldAtOnce() throws IOException {
        TestProject.edit(project, "jobs/night.conf", "ttl = 4h", "");
        TestProject.edit(project, DEV, "dsx-jobs@", "1234-compute@developer.gserviceaccount.com/");
        TestProject.edit(project, "jobs/night.conf", "0.44.0", "latest");
        refused("night", "dev", TODAY, "ttl-set:", "bigquery-connector:");
    }
}
