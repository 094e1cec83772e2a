package io.datastreamx.kafka.policy;

import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Says in a file what is in force in this process and what it has refused, for {@code dsx status}. The file is replaced
 * whole when either changes, and goes when the process ends in order.
 */
public final class PolicyReport implements PolicyFollower.Listener {
    /**
     * What the file holds.
     *
     * @param killSwitch true where nothing is routed; absent where routing goes on
     * @param modelVersion the model that scores; absent without one
     * @param refused refusals that nothing valid has followed
     * @param refusals records refused since the process started
     * @param trouble why the topic cannot be read at the moment; absent while it can
     */
    public record Content(
            String policyVersion,
            Boolean killSwitch,
            String modelVersion,
            String snapshotId,
            List<Refusal> refused,
            long refusals,
            String trouble) {}

    private final Path file;
    private Content written;

    /** @param home folder of the stack's local state; a home that no supervisor keeps gets no file */
    public PolicyReport(Path home) {
        this.file = file(home, ProcessHandle.current().pid());
    }

    /** Where the process with this id reports. */
    public static Path file(Path home, long pid) {
        return home.resolve("run").resolve("policy-" + pid + ".json");
    }

    /** What the process says; empty if it has said nothing yet, or has no policy to follow. */
    public static Optional<Content> read(Path home, long pid) {
        try {
            return Optional.of(ContractJson.MAPPER.readValue(Files.readAllBytes(file(home, pid)), Content.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file(home, pid), e);
        }
    }

    /** Removes what processes have left that were killed: a later process may get the id of one of them. */
    public static void forgetEnded(Path home) {
        Path folder = file(home, 0).getParent();
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> reports = Files.newDirectoryStream(folder, "policy-*.json*")) {
            for (Path report : reports) {
                String pid = report.getFileName().toString().replaceAll("[^0-9]", "");
                if (pid.isEmpty() || ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    Files.deleteIfExists(report);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove old reports in " + folder, e);
        }
    }

    @Override
    public void changed(PolicyState state) {
        Content next = new Content(
                state.snapshot().policy().policyVersion(),
                state.snapshot().policy().killSwitch() ? true : null,
                state.snapshot().modelVersion(),
                state.snapshot().snapshotId(),
                state.standing(),
                state.refused(),
                state.trouble().orElse(null));
        if (!next.equals(written)) {
            write(next);
            written = next;
        }
    }

    private void write(Content content) {
        if (!Files.isDirectory(file.getParent())) {
            return;
        }
        Path attempt = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(attempt, ContractJson.bytes(content));
            file.toFile().deleteOnExit();
            Files.move(attempt, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
