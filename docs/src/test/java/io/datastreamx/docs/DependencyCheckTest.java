package io.datastreamx.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code security/check.py} on bills of materials that are known to be good, bad, or none. */
class DependencyCheckTest {
    private static final Path CHECK =
            Path.of(System.getProperty("project.root")).resolve("security").resolve("check.py");

    @TempDir
    Path folder;

    private record Verdict(int code, String text) {}

    private Verdict check(String sbom) throws Exception {
        return check(sbom, "2026-11-26");
    }

    private Verdict check(String sbom, String asOf) throws Exception {
        Path file = folder.resolve("sbom.json");
        Files.writeString(file, sbom);
        Process process = new ProcessBuilder("python3", "-B", CHECK.toString(), file.toString(), "--as-of", asOf)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Verdict(process.waitFor(), text);
    }

    private Verdict kafkaClients(String version) throws Exception {
        return check("""
                {"components": [{"group": "org.apache.kafka", "name": "kafka-clients", "version": "%s"}]}""".formatted(version));
    }

    @Test
    void aVersionThatAnAdvisoryConcernsIsNamedWithWhatToTakeInstead() throws Exception {
        Verdict verdict = kafkaClients("3.9.1");
        assertEquals(1, verdict.code(), verdict.text());
        assertTrue(verdict.text().contains("CVE-2026-35554"), verdict.text());
        assertTrue(verdict.text().contains("Fixed in 3.9.2"), verdict.text());
    }

    @Test
    void theFixedVersionsAndThoseAboveThemAreGood() throws Exception {
        for (String version : new String[] {"3.9.2", "4.0.2", "4.1.2", "4.4.0"}) {
            assertEquals(0, kafkaClients(version).code(), version);
        }
        assertEquals(1, kafkaClients("4.0.1").code(), "above 3.9.2, and bad");
        assertEquals(1, kafkaClients("3.9.2-rc1").code(), "before 3.9.2");
    }

    @Test
    void whatIsAcceptedIsShownWithItsReasonUntilItsDay() throws Exception {
        String sbom = """
                {"components": [{"group": "org.apache.logging.log4j", "name": "log4j-core", "version": "2.24.3"}]}""";
        Verdict verdict = check(sbom);
        assertEquals(0, verdict.code(), verdict.text());
        assertTrue(verdict.text().contains("accepted  CVE-2025-68161"), verdict.text());
        assertTrue(verdict.text().contains("no configuration of ours has such an appender"), verdict.text());
        assertEquals(1, check(sbom, "2100-01-01").code(), "to be looked at again");
    }

    @Test
    void whatIsNoBillOfMaterialsIsNeverGood() throws Exception {
        for (String none : new String[] {"", "{}", "[]", "{\"components\": []}", "{\"components\": [{}]}"}) {
            assertEquals(2, check(none).code(), none);
        }
    }
}
