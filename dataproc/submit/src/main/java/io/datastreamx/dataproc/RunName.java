package io.datastreamx.dataproc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Which run of a job this is; the same for every try, and so is the id made from it. The DAGs make the same ids, so
 * that a run begun by either is found by the other.
 *
 * @param environment name of the environment
 * @param step the step of a night, or the job where it has no steps
 * @param run name of the run
 */
record RunName(String environment, String step, String run) {
    private static final int MOST = 63;
    private static final int DIGEST = 12;

    /** 4 to 63 lower-case letters, digits and dashes; different runs have different ids, however long their names. */
    String id() {
        String wanted = "dsx-%s-%s-%s"
                .formatted(environment, step, run)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]", "-");
        if (wanted.length() <= MOST) {
            return wanted.replaceAll("-+$", "");
        }
        return wanted.substring(0, MOST - DIGEST - 1) + "-" + sha256(wanted).substring(0, DIGEST);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
