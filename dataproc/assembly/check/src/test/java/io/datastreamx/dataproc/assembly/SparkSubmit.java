package io.datastreamx.dataproc.assembly;

import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Starts an assembled application as a cluster would: Spark's own class path, our jar and its line's libraries by
 * {@code spark-submit}.
 */
final class SparkSubmit {
    /** A master with an executor in a JVM of its own, so that jars really travel. */
    static final String CLUSTER = "local-cluster[1,2,1024]";

    private SparkSubmit() {}

    static JavaProcess start(
            String line,
            String application,
            String mainClass,
            String master,
            Path home,
            Map<String, String> conf,
            String... args) {
        linkSpark(line);
        List<String> arguments = new ArrayList<>(List.of("--master", master, "--jars"));
        arguments.add(Assembly.libraries(line).stream().map(Path::toString).collect(Collectors.joining(",")));
        Map<String, String> all = new TreeMap<>(Map.of(
                "spark.ui.enabled", "false",
                "spark.driver.host", "127.0.0.1",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.sql.shuffle.partitions", "2",
                "spark.sql.codegen.wholeStage", "false",
                "spark.sql.codegen.factoryMode", "NO_CODEGEN",
                "spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.home=" + home));
        all.putAll(conf);
        all.forEach((name, value) -> arguments.addAll(List.of("--conf", name + "=" + value)));
        arguments.addAll(List.of("--class", mainClass, Assembly.jar(application).toString()));
        arguments.addAll(List.of(args));
        return JavaProcess.start(new JavaProcess.Launch(
                "org.apache.spark.deploy.SparkSubmit",
                Assembly.spark(line),
                List.of(
                        Repository.sparkJvmOptions(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + home),
                Map.of(),
                arguments));
    }

    /**
     * A worker looks for its Spark where it runs, which is where this test runs: {@code jars}, and a folder that tells
     * the version of Scala.
     */
    private static void linkSpark(String line) {
        Path jars = Path.of("jars").toAbsolutePath();
        try {
            Files.createDirectories(jars);
            Files.createDirectories(Path.of("launcher/target/scala-2.13").toAbsolutePath());
            try (Stream<Path> old = Files.list(jars)) {
                for (Path link : old.toList()) {
                    Files.delete(link);
                }
            }
            for (Path jar : Assembly.spark(line)) {
                Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
