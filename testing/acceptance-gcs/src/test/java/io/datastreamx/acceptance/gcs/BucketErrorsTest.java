package io.datastreamx.acceptance.gcs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.Settings;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.LakeAccess;
import io.datastreamx.testing.GcsEmulator;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is wrong with a bucket is said before anything is written, with what to do about it. */
class BucketErrorsTest {
    private static GcsEmulator gcs;

    @BeforeAll
    static void start() {
        gcs = GcsEmulator.start();
        gcs.createBucket("good");
    }

    @AfterAll
    static void stop() {
        gcs.close();
    }

    @Test
    void aGoodBucketIsGood() {
        assertDoesNotThrow(() -> require("good", gcs.hadoop(), ""));
        assertDoesNotThrow(() -> require("good", gcs.hadoop(), "europe-west1"));
        assertTrue(
                lake("good", gcs.hadoop(), "")
                        .files()
                        .list("gs://good/lake/control")
                        .isEmpty(),
                "nothing is left behind");
    }

    @Test
    void aMissingBucketIsNamed() {
        says(
                refusal("missing", gcs.hadoop(), ""),
                "there is no bucket missing",
                "datastreamx.lake.uri",
                "Nothing was written");
        says(refusal("missing", gcs.hadoop(), "europe-west1"), "there is no bucket missing");
    }

    @Test
    void aBucketElsewhereIsRefused() {
        says(
                refusal("good", gcs.hadoop(), "us-central1"),
                "lies in EUROPE-WEST1",
                "datastreamx.lake.region is US-CENTRAL1",
                "Nothing was written");
    }

    @Test
    void noPermissionSaysWhichRole() throws Exception {
        try (FaultyGcs refusing = new FaultyGcs(
                gcs.url(),
                FaultyGcs.refusing(
                        403,
                        "forbidden",
                        "ingest@p.iam.gserviceaccount.com does not have storage.objects.create access"))) {
            says(
                    refusal("locked", GcsEmulator.hadoop(refusing.url()), ""),
                    "no permission on bucket locked",
                    "roles/storage.objectUser",
                    "ingest@p");
        }
    }

    @Test
    void anExpiredTokenSaysHowToRenewIt() throws Exception {
        try (FaultyGcs refusing =
                new FaultyGcs(gcs.url(), FaultyGcs.refusing(401, "authError", "Invalid Credentials"))) {
            says(
                    refusal("stale", GcsEmulator.hadoop(refusing.url()), ""),
                    "the token has expired or the credentials are wrong",
                    "service account");
        }
    }

    private static String refusal(String bucket, Map<String, String> hadoop, String region) {
        return assertThrows(IllegalStateException.class, () -> require(bucket, hadoop, region))
                .getMessage();
    }

    private static void says(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static void require(String bucket, Map<String, String> hadoop, String region) {
        Settings settings = settings(bucket, hadoop, region);
        LakeAccess.require(Lake.of(settings), settings);
    }

    private static Lake lake(String bucket, Map<String, String> hadoop, String region) {
        return Lake.of(settings(bucket, hadoop, region));
    }

    private static Settings settings(String bucket, Map<String, String> hadoop, String region) {
        Map<String, Object> values = new HashMap<>(GcsEmulator.settings(hadoop));
        values.put("datastreamx.home", System.getProperty("java.io.tmpdir"));
        values.put("datastreamx.lake.uri", "gs://" + bucket + "/lake");
        values.put("datastreamx.lake.region", region);
        return Settings.load(values);
    }
}
