package io.datastreamx.lake;

import com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem;
import com.google.cloud.hadoop.repackaged.gcs.com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.cloud.hadoop.repackaged.gcs.com.google.api.client.http.HttpResponseException;
import com.google.cloud.hadoop.repackaged.gcs.com.google.cloud.hadoop.gcsio.GoogleCloudStorageItemInfo;
import com.google.cloud.hadoop.repackaged.gcs.com.google.cloud.hadoop.gcsio.StorageResourceId;
import java.io.IOException;
import java.util.List;
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
            throw new IllegalStateException(missing(name) + " Nothing was written.");
        }
        if (!info.getLocation().equalsIgnoreCase(region)) {
            throw new IllegalStateException(
                    "bucket " + name + " lies in " + info.getLocation()
                            + ", but datastreamx.lake.region is " + region.toUpperCase(Locale.ROOT)
                            + ": every read would cross regions, slowly and billed. Nothing was written. Use a bucket in that region, or correct the setting");
        }
    }

    /** What the failure means and what to do; nothing may have been written before it. */
    static String explain(String bucket, Exception failure) {
        List<Throwable> all = causes(failure).distinct().toList();
        String said = all.stream().map(GcsBucket::message).distinct().collect(Collectors.joining("; "));
        int status = all.stream()
                .filter(HttpResponseException.class::isInstance)
                .mapToInt(cause -> ((HttpResponseException) cause).getStatusCode())
                .findFirst()
                .orElse(0);
        boolean signIn = status == 401 || said.contains("invalid_grant") || said.contains("access token");
        String meaning =
                switch (signIn ? 401 : status) {
                    case 401 ->
                        "signing in to Google failed for bucket " + bucket
                                + ": the token has expired or the credentials are wrong. On Dataproc set the batch's service account; elsewhere renew the credentials"
                                + " that datastreamx.lake.hadoop.fs.gs.auth.* names (gcloud auth application-default login), then start again.";
                    case 403 ->
                        "no permission on bucket " + bucket
                                + ". Grant the process's service account roles/storage.objectUser on it (and storage.buckets.get if datastreamx.lake.region is set).";
                    case 404 -> missing(bucket);
                    default -> "bucket " + bucket + " cannot be used.";
                };
        return meaning + " Nothing was written. What was said: " + said;
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.concat(
                Stream.of(failure),
                Stream.concat(Stream.ofNullable(failure.getCause()), Stream.of(failure.getSuppressed()))
                        .flatMap(GcsBucket::causes));
    }

    private static String message(Throwable cause) {
        return cause instanceof GoogleJsonResponseException google && google.getDetails() != null
                ? google.getStatusCode() + " " + google.getDetails().getMessage()
                : String.valueOf(cause.getMessage());
    }

    private static String missing(String bucket) {
        return "there is no bucket " + bucket
                + ", or it may not be seen. Create it (gcloud storage buckets create gs://" + bucket
                + " --location=…) or correct datastreamx.lake.uri.";
    }
}
