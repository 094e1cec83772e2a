package io.datastreamx.lake;

import com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem;
import com.google.cloud.hadoop.repackaged.gcs.com.google.cloud.hadoop.gcsio.GoogleCloudStorageItemInfo;
import com.google.cloud.hadoop.repackaged.gcs.com.google.cloud.hadoop.gcsio.StorageResourceId;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;

/** What Hadoop's interface does not tell about a bucket, and what Google's errors mean. */
final class GcsBucket {
    private final FileSystem fs;
    private final String name;

    GcsBucket(FileSystem fs, String name) {
        this.fs = fs;
        this.name = name;
    }

    /** Needs {@code storage.buckets.get}. @throws IllegalStateException where the bucket lies elsewhere, or nowhere */
    void requireLocation(String region) throws IOException {
        GoogleCloudStorageItemInfo info =
                ((GoogleHadoopFileSystem) fs).getGcsFs().getGcs().getItemInfo(new StorageResourceId(name));
        if (!info.exists()) {
            throw new IllegalStateException(missing(name));
        }
        if (!info.getLocation().equalsIgnoreCase(region)) {
            throw new IllegalStateException("bucket " + name + " lies in " + info.getLocation()
                    + ", but datastreamx.lake.region is " + region.toUpperCase(Locale.ROOT)
                    + ": every read would cross regions, slowly and billed. Nothing was written. Use a bucket in that region, or correct the setting");
        }
    }

    static String explain(String bucket, Exception failure) {
        String all = Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> cause.getClass().getSimpleName() + ": " + cause.getMessage())
                .collect(Collectors.joining("; "));
        if (all.contains("GoogleHadoopFileSystem not found") || all.contains("No FileSystem for scheme")) {
            return "gs: paths need Google's Hadoop connector (gcs-connector, the shaded jar) on the class path";
        }
        if (has(all, "401", "invalid_grant", "Invalid Credentials", "access token", "UNAUTHENTICATED")) {
            return "signing in to Google failed for bucket " + bucket
                    + ": the token has expired or the credentials are wrong. Nothing was written. On Dataproc set the batch's service account; elsewhere renew the"
                    + " credentials that datastreamx.lake.hadoop.fs.gs.auth.* names (gcloud auth application-default login) and start again. Google says: "
                    + all;
        }
        if (has(all, "403", "forbidden", "PERMISSION_DENIED")) {
            return "no permission on bucket " + bucket
                    + ". Nothing was written. Grant the process's service account roles/storage.objectUser on it (and storage.buckets.get if datastreamx.lake.region is set)."
                    + " Google says: " + all;
        }
        if (has(all, "404", "notFound", "bucket does not exist", "NOT_FOUND")) {
            return missing(bucket) + " Google says: " + all;
        }
        return "bucket " + bucket + " cannot be used, and nothing was written: " + all;
    }

    private static String missing(String bucket) {
        return "there is no bucket " + bucket
                + ", or it may not be seen. Nothing was written. Create it (gcloud storage buckets create gs://" + bucket
                + " --location=…) or correct datastreamx.lake.uri.";
    }

    private static boolean has(String text, String... any) {
        String lower = text.toLowerCase(Locale.ROOT);
        return Stream.of(any).anyMatch(part -> lower.contains(part.toLowerCase(Locale.ROOT)));
    }
}
