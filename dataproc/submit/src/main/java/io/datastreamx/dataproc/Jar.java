package io.datastreamx.dataproc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A file that a job needs, named by its content in the bucket: another build never replaces what a running job was
 * started with.
 *
 * @param object its name in the bucket
 * @param md5 of its content, base64 as Cloud Storage gives it
 */
record Jar(Path file, String object, String md5) {
    private static final int PREFIX = 16;

    static Jar of(Path file) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            try (InputStream in =
                    new DigestInputStream(new DigestInputStream(Files.newInputStream(file), sha256), md5)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            String hash = HexFormat.of().formatHex(sha256.digest()).substring(0, PREFIX);
            return new Jar(file, object(file, hash), Base64.getEncoder().encodeToString(md5.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256 and MD5", e);
        }
    }

    private static String object(Path file, String hash) {
        String name = file.getFileName().toString().replaceAll("\\.jar$", "");
        return "jars/" + name + "-" + hash + ".jar";
    }

    String uri(String bucket) {
        return "gs://" + bucket + "/" + object;
    }
}
