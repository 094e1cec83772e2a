package io.datastreamx.dataproc;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Brings jars to the bucket, each once. */
final class Staging {
    private final GoogleApi google;
    private final String api;
    private final PrintWriter out;

    Staging(GoogleApi google, String api, PrintWriter out) {
        this.google = google;
        this.api = api;
        this.out = out;
    }

    /** @throws SubmitException where the bucket is not there, lies elsewhere, or must not be written */
    void stage(Environment environment, List<Jar> jars) throws InterruptedException {
        requireBucket(environment);
        for (Jar jar : jars) {
            if (isThere(environment, jar)) {
                out.println("there already: " + jar.uri(environment.bucket()));
            } else {
                upload(environment, jar);
                out.println("staged: " + jar.uri(environment.bucket()));
            }
            out.flush();
        }
    }

    private void requireBucket(Environment environment) throws InterruptedException {
        String bucket = environment.bucket();
        GoogleApi.Answer answer = google.call(Call.get(api + "/storage/v1/b/" + bucket + "?fields=location"));
        if (answer.status() == 404) {
            throw SubmitException.wrongUse("there is no bucket " + bucket + "; make it in " + environment.region()
                    + " (dataproc/terraform) or correct environments/" + environment.name() + ".conf");
        }
        requireOk(answer, "read the bucket " + bucket, "roles/storage.legacyBucketReader on it");
        String location = answer.body().path("location").asText();
        if (!location.equalsIgnoreCase(environment.region())) {
            throw SubmitException.wrongUse("the bucket " + bucket + " lies in " + location + ", the jobs run in "
                    + environment.region() + ": every byte would be billed as traffic between them. Use a bucket in "
                    + environment.region() + ", or set region in environments/" + environment.name() + ".conf");
        }
    }

    private boolean isThere(Environment environment, Jar jar) throws InterruptedException {
        GoogleApi.Answer answer = google.call(Call.get(
                api + "/storage/v1/b/" + environment.bucket() + "/o/" + encoded(jar.object()) + "?fields=md5Hash"));
        if (answer.status() == 404) {
            return false;
        }
        requireOk(answer, "look for " + jar.object(), "roles/storage.objectUser on the bucket");
        requireContent(answer, environment, jar);
        return true;
    }

    /** Only where nothing is there: of two that upload at once one is refused, and both have what they need. */
    private void upload(Environment environment, Jar jar) throws InterruptedException {
        String url = api + "/upload/storage/v1/b/" + environment.bucket()
                + "/o?uploadType=media&ifGenerationMatch=0&name=" + encoded(jar.object());
        GoogleApi.Answer answer = google.upload(url, jar.file());
        if (answer.status() == 412) {
            if (!isThere(environment, jar)) {
                throw SubmitException.failed(
                        jar.uri(environment.bucket()) + " was refused as there already, but is not; try again");
            }
            return;
        }
        requireOk(answer, "write " + jar.object(), "roles/storage.objectUser on the bucket");
        requireContent(answer, environment, jar);
    }

    private static void requireContent(GoogleApi.Answer answer, Environment environment, Jar jar) {
        String md5 = answer.body().path("md5Hash").asText();
        if (!md5.equals(jar.md5())) {
            throw SubmitException.failed(jar.uri(environment.bucket()) + " holds other bytes than " + jar.file()
                    + "; delete it and submit again");
        }
    }

    static void requireOk(GoogleApi.Answer answer, String what, String grant) {
        if (answer.status() == 401 || answer.status() == 403) {
            throw SubmitException.failed("not allowed to " + what + ": " + answer.message()
                    + ". Grant the submitting service account " + grant);
        }
        if (!answer.ok()) {
            throw SubmitException.failed("cannot " + what + ": " + answer.message());
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
