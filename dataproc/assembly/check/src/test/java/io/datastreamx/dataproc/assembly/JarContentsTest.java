package io.datastreamx.dataproc.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A jar brings nothing that a cluster has, and hides what a cluster may have in another version. */
class JarContentsTest {
    /** Packages that classes may be in; everything else is a cluster's, or must have been given a name of our own. */
    private static final Pattern OURS = Pattern.compile(
            "io/datastreamx/.*|picocli/.*|com/google/cloud/hosted/kafka/.*|io/confluent/kafka/schemaregistry/.*|javax/annotation/.*");

    private static final int JAVA_17 = 61;

    @ParameterizedTest
    @CsvSource({
        "night, io/datastreamx/batch/NightMain",
        "ingest, io/datastreamx/speed/ingest/IngestMain",
        "routing, io/datastreamx/speed/routing/RoutingMain"
    })
    void holdsOurCodeAndNoSparkNoScalaNoHadoopNoKafka(String application, String mainClass) throws IOException {
        TreeSet<String> strangers = new TreeSet<>();
        try (JarFile jar = new JarFile(Assembly.jar(application).toFile())) {
            for (JarEntry entry : classes(jar)) {
                String name = entry.getName();
                if (!OURS.matcher(name).matches()) {
                    strangers.add(name.substring(0, Math.max(0, name.lastIndexOf('/'))));
                }
            }
            assertTrue(jar.getEntry(mainClass + ".class") != null, mainClass);
            assertTrue(jar.getEntry("reference.conf") != null, "reference.conf");
            assertTrue(jar.getEntry("log4j2.properties") == null, "a cluster has its own logging");
        }
        assertEquals(new TreeSet<>(), strangers);
    }

    @Test
    void runsOnTheJavaOfTheOldestRuntime() throws IOException {
        List<String> newer = new ArrayList<>();
        try (JarFile jar = new JarFile(Assembly.jar("night").toFile())) {
            for (JarEntry entry : classes(jar)) {
                if (content(jar, entry)[7] > JAVA_17) {
                    newer.add(entry.getName());
                }
            }
        }
        assertEquals(List.of(), newer);
    }

    @Test
    void onlyOneClassKnowsTheTriggerThatSpark40LacksAndItIsLoadedLate() throws IOException {
        List<String> users = new ArrayList<>();
        try (JarFile jar = new JarFile(Assembly.jar("routing").toFile())) {
            for (JarEntry entry : classes(jar)) {
                if (entry.getName().startsWith("io/datastreamx/speed/")
                        && new String(content(jar, entry), StandardCharsets.ISO_8859_1).contains("\u0008RealTime")) {
                    users.add(entry.getName());
                }
            }
        }
        assertEquals(List.of("io/datastreamx/speed/routing/RealTimeTrigger.class"), users);
    }

    private static List<JarEntry> classes(JarFile jar) {
        return jar.stream().filter(entry -> entry.getName().endsWith(".class")).toList();
    }

    private static byte[] content(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
