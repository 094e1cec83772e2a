package io.datastreamx.bench;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of peers that are run once for an answer. */
final class PeerProgram {
    private static final long PATIENCE_MINUTES = 30;

    private PeerProgram() {}

    /**
     * The Python that has what a peer needs; installed from Python's package index where it is missing.
     *
     * @param peer its folder below {@code bench/peers}, which has a {@code requirements.lock}
     * @param options for pip
     */
    static String python(String peer, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Repository.root().resolve("bench/peers/python-env.sh").toString(), peer));
        command.addAll(List.of(options));
        return output(command, "").strip() + "/bin/python";
    }

    /**
     * What a program prints.
     *
     * @param input what it reads
     * @throws IOException with its complaints, where it fails
     */
    static String output(List<String> command, String input) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("dsx-bench", ".out");
        Path complaints = Files.createTempFile("dsx-bench", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(printed.toFile())
                    .redirectError(complaints.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command + " was still running after " + PATIENCE_MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IOException(Files.readString(complaints).strip());
            }
            return Files.readString(printed);
        } finally {
            Files.delete(printed);
            Files.delete(complaints);
        }
    }
}
