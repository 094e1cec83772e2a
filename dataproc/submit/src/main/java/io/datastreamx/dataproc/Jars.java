package io.datastreamx.dataproc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The jars of a job, where the build has put them: our application, and the libraries of its Spark line. */
final class Jars {
    private final Path project;

    Jars(Path project) {
        this.project = project;
    }

    /** Maven modules to be built for a job. */
    static List<String> modules(JobSpec spec, String sparkLine) {
        return List.of("dataproc/assembly/" + spec.assembly(), "dataproc/spark-" + sparkLine);
    }

    /**
     * @param sparkLine such as {@code 4.0}
     * @throws SubmitException where they are not built
     */
    List<Jar> of(JobSpec spec, String sparkLine) {
        List<Jar> jars = new ArrayList<>();
        jars.add(Jar.of(existing(application(spec), spec, sparkLine)));
        Path list = existing(
                project.resolve("dataproc/spark-" + sparkLine + "/target/libraries.classpath"), spec, sparkLine);
        try {
            Arrays.stream(Files.readString(list).strip().split(":"))
                    .map(Path::of)
                    .map(Jar::of)
                    .forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + list, e);
        }
        return jars;
    }

    private Path application(JobSpec spec) {
        return project.resolve("dataproc/assembly/" + spec.assembly() + "/target/" + spec.assembly() + ".jar");
    }

    private static Path existing(Path file, JobSpec spec, String sparkLine) {
        if (!Files.exists(file)) {
            throw SubmitException.failed(file + " is not built; run: mvn -B -DskipTests package -am -pl "
                    + String.join(",", modules(spec, sparkLine)));
        }
        return file;
    }
}
