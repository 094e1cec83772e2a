package io.datastreamx.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Vowpal Wabbit from Python's package index, in an environment of its own. */
final class VowpalWabbit {
    static final String VERSION = "9.11.9";
    private static final String PACKAGE = "vowpalwabbit==" + VERSION;

    private VowpalWabbit() {}

    /** Its Python; made where it is not there yet. */
    static Path installed(Path folder) throws IOException, InterruptedException {
        Path done = folder.resolve(PACKAGE.replace("==", "-"));
        if (!Files.exists(done)) {
            Files.createDirectories(folder);
            run(folder, "python3", "-m", "venv", folder.toString());
            run(folder, folder.resolve("bin/pip").toString(), "install", "-q", "--disable-pip-version-check", PACKAGE);
            Files.createFile(done);
        }
        return folder.resolve("bin/python");
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("install.log");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", List.of(command)) + " failed; see " + log
                    + ". With --python, a Python that has " + PACKAGE + " is used instead.");
        }
    }
}
