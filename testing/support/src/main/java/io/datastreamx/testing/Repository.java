package io.datastreamx.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The checked-out repository that the tests run in: where it is and what its modules' builds have left there. */
public final class Repository {

    private static final String MARKER = "spark-jvm.options";
    private static final String SECOND_LINE = "target/spark-4.0";

    private Repository() {}

    /**
     * The root folder, found by walking up from the working directory.
     *
     * @throws IllegalStateException if the working directory is outside the repository
     */
    public static Path root() {
        Path start = Path.of(System.getProperty("dsx.root", System.getProperty("user.dir")))
                .toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(MARKER))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "no folder above " + start + " holds " + MARKER + ": run the tests from within the repository");
    }

    /** The option file that every JVM with Spark needs, as {@code @} argument of {@code java}. */
    public static String sparkJvmOptions() {
        return "@" + root().resolve(MARKER);
    }

    /**
     * What a runnable module needs to run: its own classes (or jar) first, then its dependencies.
     *
     * @param modulePath from the root, such as {@code speed-layer/ingest}
     * @throws IllegalStateException if the module has not been built
     */
    public static List<Path> runtimeClasspath(String modulePath) {
        Path module = root().resolve(modulePath);
        List<String> folders = testsRunOnSecondLine() ? List.of(SECOND_LINE, "target") : List.of("target", SECOND_LINE);
        for (String folder : folders) {
            Path output = module.resolve(folder);
            Path dependencies = output.resolve("runtime.classpath");
            Path own = ownCode(output);
            if (own != null && Files.exists(dependencies)) {
                List<Path> classpath = new ArrayList<>(List.of(own));
                for (String entry : read(dependencies).strip().split(":")) {
                    classpath.add(Path.of(entry));
                }
                return List.copyOf(classpath);
            }
        }
        throw new IllegalStateException(modulePath + " has not been built (no classes and runtime.classpath in "
                + module.resolve("target") + "). Build it: mvn -pl " + modulePath + " -am -DskipTests install");
    }

    /** A build for the second Spark line has its output folder on the class path of its tests. */
    private static boolean testsRunOnSecondLine() {
        return System.getProperty("java.class.path", "").contains(SECOND_LINE)
                || System.getProperty("surefire.test.class.path", "").contains(SECOND_LINE);
    }

    private static Path ownCode(Path output) {
        Path classes = output.resolve("classes");
        if (Files.isDirectory(classes)) {
            return classes;
        }
        if (!Files.isDirectory(output)) {
            return null;
        }
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
