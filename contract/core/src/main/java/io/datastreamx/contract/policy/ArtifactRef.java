package io.datastreamx.contract.policy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file by reference: whoever loads it checks the sum before it believes the content.
 *
 * @param version name of the policy or model in the file
 * @param uri relative to the lake's root, such as {@code policies/p1.json}, so that a lake that moves keeps its files
 * @param sha256 lower-case hex
 */
public record ArtifactRef(String version, String uri, String sha256) {
    public ArtifactRef {
        if (version == null || uri == null || sha256 == null) {
            throw new IllegalArgumentException("a reference to a file needs version, uri and sha256");
        }
    }

    public boolean matches(byte[] content) {
        return sha256.equals(sha256(content));
    }

    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
