package io.datastreamx.lake;

import io.datastreamx.config.Settings;
import io.datastreamx.process.CannotRunException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Looks before a writer starts whether it can write its lake, so that what is wrong with a bucket is said once, in
 * plain words, before anything is half done.
 */
public final class LakeAccess {
    private LakeAccess() {}

    /**
     * Nothing is looked at for a lake that is not on {@code gs:}.
     *
     * @throws CannotRunException where the bucket is missing, lies in another region than
     *     {@code datastreamx.lake.region}, or may not be read, written and deleted from, or where the sign-in has
     *     failed; says what to do
     */
    public static void require(Lake lake, Settings settings) {
        Path root = new Path(lake.root());
        if (!root.toUri().getScheme().equals("gs")) {
            return;
        }
        String connector = lake.hadoop().get("fs.gs.impl");
        if (lake.hadoop().getClassByNameOrNull(connector) == null) {
            throw new CannotRunException("gs: paths need Google's Hadoop connector, and " + connector
                    + " is not on the class path. Dataproc brings it; elsewhere add the shaded jar of gcs-connector");
        }
        String bucket = root.toUri().getAuthority();
        try {
            FileSystem fs = root.getFileSystem(lake.hadoop());
            GcsBucket gcs = new GcsBucket(fs, bucket);
            if (!settings.storage().region().isEmpty()) {
                gcs.requireLocation(settings.storage().region());
            }
            String probe = lake.controlUri(".access-" + UUID.randomUUID());
            lake.files().createIfAbsent(probe, "may this process write here?");
            lake.files().delete(probe);
        } catch (IOException | UncheckedIOException e) {
            throw new CannotRunException(GcsBucket.explain(bucket, e), e);
        }
    }
}
