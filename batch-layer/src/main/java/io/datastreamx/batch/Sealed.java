package io.datastreamx.batch;

/**
 * What a night is about, fixed by its first step.
 *
 * @param cut last ingest batch covered
 * @param version name of the batch version to be built
 * @param sealedAt ISO-8601, UTC
 * @param versionRows rows of the table {@code versions} then; what comes after them happened since
 */
record Sealed(long cut, String version, String sealedAt, int versionRows) {
    static String versionOf(long cut, String runId) {
        return String.format("v%010d-%s", cut, runId);
    }

    /** The cut within a version's name; -1 for a name that {@link #versionOf} did not make. */
    static long cutOf(String version) {
        return version.matches("v\\d{10,18}-.+") ? Long.parseLong(version.substring(1, version.indexOf('-'))) : -1;
    }
}
