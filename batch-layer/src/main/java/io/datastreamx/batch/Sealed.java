package io.datastreamx.batch;

import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Versions;
import java.util.Map;
import java.util.Optional;

/**
 * What a night is about, fixed by its first step.
 *
 * @param cut last ingest batch covered
 * @param version name of the batch version to be built
 * @param sealedAt ISO-8601, UTC
 * @param versionRows rows of the table {@code versions} then; what comes after them happened since
 * @param full whether all that the raw log holds is built anew, whatever changed
 * @param base the version in force then, on which the new one builds; null where there was none
 */
record Sealed(long cut, String version, String sealedAt, int versionRows, boolean full, Base base) {
    /**
     * @param tables its Delta versions
     * @param grains by which it keeps rollups
     */
    record Base(String version, long cut, Map<Table, Long> tables, Grains grains) {
        static Base of(Versions.Entry entry) {
            return new Base(entry.version(), entry.cut(), entry.tables(), entry.grains());
        }
    }

    Optional<Base> baseIfAny() {
        return Optional.ofNullable(base);
    }

    static String versionOf(long cut, String runId) {
        return String.format("v%010d-%s", cut, runId);
    }
}
