package io.datastreamx.tokens;

import com.fasterxml.jackson.core.type.TypeReference;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.process.CannotRunException;
import io.datastreamx.process.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The file of the keys that sign and verify tokens: JSON {@code {"keys": [{"kid", "created_at", "secret": base64}]}},
 * oldest first, readable by its owner alone. Changes are made one at a time, also by several processes.
 */
public final class TokenKeyFile {
    private record KeyFile(List<TokenKey> keys) {}

    private final Path file;

    public TokenKeyFile(Path file) {
        this.file = file;
    }

    /**
     * What is there; a file with one fresh key is made where there is none.
     *
     * @return oldest first, one at least
     * @throws CannotRunException where the file cannot be read or is damaged
     */
    public List<TokenKey> loadOrCreate(Instant now) {
        try {
            if (!Files.exists(file)) {
                PrivateFile.create(file, ContractJson.bytes(new KeyFile(List.of(fresh(1, now)))));
            }
            return load();
        } catch (IOException | RuntimeException e) {
            throw new CannotRunException(
                    "the keys of the boxes' tokens in " + file + " cannot be read: " + e.getMessage()
                            + "; put a copy back, or move the file away: then a new key is made, and every box needs a new token",
                    e);
        }
    }

    /** Adds a key, which signs from now on; those that are there go on to verify. @return the new one */
    public TokenKey rotate(Instant now) {
        return locked(() -> {
            List<TokenKey> keys = new ArrayList<>(loadOrCreate(now));
            TokenKey added = fresh(number(keys.get(keys.size() - 1)) + 1, now);
            keys.add(added);
            write(keys);
            return added;
        });
    }

    /**
     * Takes a key away: tokens that it has signed are refused from now on.
     *
     * @throws IllegalArgumentException where there is no such key, or it is the one that signs
     */
    public void retire(String kid, Instant now) {
        locked(() -> {
            List<TokenKey> keys = loadOrCreate(now);
            Set<String> kids = keys.stream().map(TokenKey::kid).collect(Collectors.toSet());
            if (!kids.contains(kid)) {
                throw new IllegalArgumentException("there is no key " + kid + "; there are " + kids);
            }
            if (keys.get(keys.size() - 1).kid().equals(kid)) {
                throw new IllegalArgumentException("key " + kid + " is the one that signs; rotate first");
            }
            write(keys.stream().filter(key -> !key.kid().equals(kid)).toList());
            return null;
        });
    }

    private List<TokenKey> load() throws IOException {
        KeyFile stored = ContractJson.MAPPER.readValue(Files.readAllBytes(file), new TypeReference<KeyFile>() {});
        if (stored.keys() == null || stored.keys().isEmpty()) {
            throw new IOException("it holds no keys");
        }
        return List.copyOf(stored.keys());
    }

    private void write(List<TokenKey> keys) throws IOException {
        PrivateFile.replace(file, ContractJson.bytes(new KeyFile(keys)));
    }

    private static TokenKey fresh(int number, Instant now) {
        byte[] secret = new byte[TokenKey.BYTES];
        new SecureRandom().nextBytes(secret);
        return new TokenKey("e" + number, now, secret);
    }

    private static int number(TokenKey key) {
        try {
            return Integer.parseInt(key.kid().substring(1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the last key is called " + key.kid() + ", not e and a number", e);
        }
    }

    @FunctionalInterface
    private interface Change<T> {
        T make() throws IOException;
    }

    private <T> T locked(Change<T> change) {
        Path lock = file.resolveSibling("." + file.getFileName() + ".lock");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                return change.make();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the keys in " + file + " cannot be changed", e);
        }
    }
}
