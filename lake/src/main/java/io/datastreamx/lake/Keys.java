package io.datastreamx.lake;

import com.fasterxml.jackson.core.type.TypeReference;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.process.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The key ring's file: JSON {@code {"active": id, "keys": {id: base64}, "identity": base64}}, readable by its owner
 * only.
 */
public final class Keys {
    private record KeyFile(String active, Map<String, String> keys, String identity) {}

    private Keys() {}

    /**
     * Reads the key ring at a path of this machine, or at a Hadoop URI. At a path one is made where there is none; at a
     * URI, which many processes share, it must be there: a ring made by accident would break every pseudonym with the
     * past.
     *
     * @throws IllegalStateException where a URI holds no key ring
     */
    public static KeyRing open(String location, LakeFiles files) {
        if (!location.contains("://")) {
            return loadOrCreate(Path.of(location));
        }
        if (!files.exists(location)) {
            throw new IllegalStateException("there is no key ring at " + location
                    + "; make one once (dsx up makes keys.json in its home), keep a copy, and put it there");
        }
        try {
            return parse(files.read(location));
        } catch (IOException e) {
            throw new UncheckedIOException("the key ring at " + location + " is not one", e);
        }
    }

    /**
     * Reads the file; makes one with a fresh key where there is none. Two processes that start at once end with the
     * same ring.
     */
    public static KeyRing loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read or create the key file " + file, e);
        }
    }

    private static KeyRing load(Path file) throws IOException {
        return parse(Files.readAllBytes(file));
    }

    private static KeyRing parse(byte[] json) throws IOException {
        KeyFile stored = ContractJson.MAPPER.readValue(json, new TypeReference<KeyFile>() {});
        Map<String, byte[]> keys = stored.keys().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> Base64.getDecoder().decode(e.getValue())));
        return stored.identity() == null
                ? new KeyRing(stored.active(), keys)
                : new KeyRing(stored.active(), keys, Base64.getDecoder().decode(stored.identity()));
    }

    private static String secret() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }

    private static void create(Path file) throws IOException {
        KeyFile fresh = new KeyFile("k1", Map.of("k1", secret()), secret());
        PrivateFile.create(file, ContractJson.bytes(fresh));
    }
}
