package io.datastreamx.cli.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code run/state.json}: replaced whole when it changes. It ends with blanks, a reserve: on a disk that has no room
 * for another file it is written over where it is, so that {@code dsx status} can say what the full disk has done.
 */
final class StateFile {
    /** Where the file was written, which is not part of what it says. */
    private static final String HOME = "home";

    private static final int RESERVE = 16 * 1024;
    private static final int LOOKS = 5;
    private static final long LOOK_MS = 20;

    private StateFile() {}

    /**
     * What the file says; empty where there is none.
     *
     * @throws DamagedStateException where it is not what {@link #write} leaves
     */
    static Optional<StackState> read(Home home) {
        for (int look = 1; ; look++) {
            try {
                return Optional.of(read(home, home.state()));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (JsonProcessingException | IllegalArgumentException e) {
                // It may be written over just now.
                if (look == LOOKS) {
                    String reason = e.getMessage().lines().findFirst().orElse("");
                    throw new DamagedStateException(home, reason, e);
                }
                pause();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + home.state(), e);
            }
        }
    }

    /** Ports and settings of the last start, should {@link #read} find no use in the state; empty without them too. */
    static Optional<StackState> readLastStart(Home home) {
        try {
            return Optional.of(read(home, home.lastStart()).down());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the file is there and {@link #read} refuses it. */
    static boolean isDamaged(Home home) {
        try {
            read(home);
            return false;
        } catch (DamagedStateException e) {
            return true;
        } catch (UncheckedIOException e) {
            // Nobody could write it either.
            return false;
        }
    }

    private static StackState read(Home home, Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (!(ContractJson.MAPPER.readTree(content) instanceof ObjectNode json)) {
            throw new IllegalArgumentException("it holds no JSON object");
        }
        JsonNode writtenIn = json.remove(HOME);
        StackState state = ContractJson.MAPPER.treeToValue(json, StackState.class);
        if (state.kafkaPort() == 0) {
            throw new IllegalArgumentException("it names no port of the broker");
        }
        return writtenIn != null && isCopy(home, Path.of(writtenIn.asText())) ? state.down() : state;
    }

    /** The processes of a copy are those of the original, which must not be stopped from here. */
    private static boolean isCopy(Home home, Path original) {
        return !original.equals(home.dir()) && Files.exists(new Home(original).state());
    }

    /** For the owner alone: settings may be secret. */
    static void write(Home home, StackState state) {
        ObjectNode json = ContractJson.MAPPER.valueToTree(state);
        json.put(HOME, home.dir().toString());
        try {
            byte[] content =
                    ContractJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
            try {
                replace(home, blankTo(content.length + RESERVE, content));
            } catch (IOException e) {
                writeOver(home, content, e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home.state(), e);
        }
    }

    /** Writes what the next start is to be: to the state, and to a file of its own that is not written again. */
    static void writeStart(Home home, StackState state) {
        write(home, state);
        try {
            Files.copy(home.state(), home.lastStart(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home.lastStart(), e);
        }
    }

    private static void replace(Home home, byte[] content) throws IOException {
        OwnerOnly.folder(home.state().getParent());
        Path next = home.state().resolveSibling("state.json.next");
        OwnerOnly.file(next);
        Files.write(next, content);
        Files.move(next, home.state(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void writeOver(Home home, byte[] content, IOException why) throws IOException {
        if (!Files.exists(home.state()) || Files.size(home.state()) < content.length) {
            throw why;
        }
        int size = Math.toIntExact(Files.size(home.state()));
        try (FileChannel channel = FileChannel.open(home.state(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(blankTo(size, content)), 0);
        } catch (IOException e) {
            why.addSuppressed(e);
            throw why;
        }
    }

    private static byte[] blankTo(int size, byte[] content) {
        byte[] padded = Arrays.copyOf(content, size);
        Arrays.fill(padded, content.length, size, (byte) ' ');
        padded[size - 1] = '\n';
        return padded;
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
