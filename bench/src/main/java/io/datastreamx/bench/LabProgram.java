package io.datastreamx.bench;

import io.datastreamx.testing.JavaProcess;
import io.datastreamx.testing.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs of the simulator's lab, each in a process of its own, as Spark wants one. */
final class LabProgram {
    private LabProgram() {}

    /**
     * Starts one.
     *
     * @param name of its class, in the lab's package
     * @param home folder for what it leaves
     * @param jvm options of the JVM: heap and collector
     */
    static JavaProcess start(String name, Path home, List<String> jvm, List<String> arguments) {
        return JavaProcess.start(new JavaProcess.Launch(
                "io.datastreamx.simulator.lab." + name,
                Repository.runtimeClasspath("simulator/lab"),
                Stream.concat(Stream.of(Repository.sparkJvmOptions(), "-Duser.timezone=UTC"), jvm.stream())
                        .toList(),
                Map.of("datastreamx.home", home.toAbsolutePath().toString()),
                arguments));
    }
}
