package io.datastreamx.lake;

import io.delta.storage.GCSLogStore;
import io.delta.storage.HDFSLogStore;
import io.delta.storage.LogStore;
import org.apache.hadoop.conf.Configuration;

/** Delta's log stores: put-if-absent by file system. */
final class LogStores {
    static final String GCS = GCSLogStore.class.getName();

    private LogStores() {}

    /** @throws IllegalArgumentException for a file system on which no put-if-absent is known */
    static LogStore of(String scheme, Configuration hadoop) {
        return switch (scheme) {
            case "file" -> new AtomicLocalLogStore(hadoop);
            case "gs" -> new GCSLogStore(hadoop);
            case "hdfs" -> new HDFSLogStore(hadoop);
            default ->
                throw new IllegalArgumentException("a lake cannot be on " + scheme
                        + ": two writers could overwrite each other's commits there; use file:, gs: or hdfs:");
        };
    }
}
