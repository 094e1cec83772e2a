package io.datastreamx.bench.peers;

import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.privacy.KeyRing;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a peer is told on its command line.
 *
 * @param bootstrapServers of the broker
 * @param name the group whose offsets say how far it has read
 * @param output topic that gets {@link LiveCell#toBytes()} by {@link CellKey#toBytes()}, the last of a key being its
 *     answer
 * @param keys file of {@link #writeKeys}
 * @param folder where it may write
 */
public record PeerRun(String bootstrapServers, String name, String output, Path keys, Path folder) {
    /** Threads, or slots, that count: one for each core of the machine that the figures are of. */
    public static final int PARALLELISM = 2;
    /** As ingest's trigger. */
    public static final int COMMIT_MS = 1_000;

    /** What {@link #args} says. @throws IllegalArgumentException where arguments are missing */
    public static PeerRun of(String[] args) {
        if (args.length != 5) {
            throw new IllegalArgumentException("expected BOOTSTRAP-SERVERS NAME OUTPUT-TOPIC KEYS-FILE FOLDER");
        }
        return new PeerRun(args[0], args[1], args[2], Path.of(args[3]), Path.of(args[4]));
    }

    /** The command line. */
    public List<String> args() {
        return List.of(bootstrapServers, name, output, keys.toString(), folder.toString());
    }

    /** Hands a ring to peers without the lake's libraries, which read the file that it lives in. */
    public static void writeKeys(KeyRing ring, Path file) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(ring);
        }
    }

    /** What {@link #writeKeys} wrote. */
    public KeyRing ring() throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(keys))) {
            return (KeyRing) in.readObject();
        }
    }

    /** The topics that are counted. */
    public static List<String> topics() {
        return Arrays.stream(Topic.values()).map(Topic::topicName).toList();
    }
}
