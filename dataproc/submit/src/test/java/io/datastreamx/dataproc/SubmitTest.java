package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.UserCredentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submission against Google's APIs as they are on the wire, with everything going wrong that does go wrong there. */
class SubmitTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-24T03:00:00Z"), ZoneOffset.UTC);
    private static final Pace QUICK = new Pace(Duration.ofMillis(2), Duration.ofMillis(2), 4, Duration.ofSeconds(60));
    private static final String ID = "dsx-dev-rebuild-20261124";
    private static final String CREATE = "POST .*/batches\\?.*";

    @TempDir
    Path folder;

    private FakeGoogle google;
    private Path project;
    private final StringWriter said = new StringWriter();

    @BeforeEach
    void start() throws Exception {
        google = new FakeGoogle();
        project = TestProject.in(folder);
    }

    @AfterEach
    void stop() {
        google.close();
    }

    private Dataproc dataproc() throws Exception {
        GoogleCredentials account = google.serviceAccount();
        return new Dataproc(
                project,
                CLOCK,
                new PrintWriter(said, true),
                new Dataproc.Endpoints(google.url(), google.url()),
                QUICK,
                () -> Identity.of(account));
    }

    private static Dataproc.Request rebuild() {
        return request("night", "rebuild", "20261124");
    }

    private static Dataproc.Request request(String job, String step, String run) {
        return new Dataproc.Request(job, "dev", Optional.ofNullable(step), Optional.ofNullable(run), List.of(), false);
    }

    private String failure(Dataproc.Request request) {
        return assertThrows(SubmitException.class, () -> dataproc().submit(request, false))
                .getMessage();
    }

    @Test
    void aRunIsStagedCreatedAndFollowedToItsEnd() throws Exception {
        assertTrue(dataproc().submit(rebuild(), false));
        assertEquals(2, google.seen("POST /upload/.*").size());
        assertEquals(1, google.seen(CREATE).size());
        String text = said.toString();
        assertTrue(text.contains("created " + ID), text);
        assertTrue(text.contains("RUNNING after 0:00:00"), text);
        assertTrue(text.contains("SUCCEEDED after"), text);
        assertTrue(text.contains("about $0.12: 2.00 DCU-hours at $0.060 (price of 2026-11-01, not confirmed)"), text);
    }

    @Test
    void theDryRunIsWhatIsSentAndNeedsNoCredentials() throws Exception {
        Dataproc withoutCredentials = new Dataproc(
                project,
                CLOCK,
                new PrintWriter(said, true),
                new Dataproc.Endpoints(google.url(), google.url()),
                QUICK,
                () -> {
                    throw new AssertionError("a dry run needs no credentials");
                });
        String shown = withoutCredentials.dryRun(rebuild());
        assertTrue(google.seen(".*").isEmpty());
        dataproc().submit(rebuild(), true);
        FakeGoogle.Seen sent = google.seen(CREATE).get(0);
        assertEquals(sent.method() + " " + google.url() + sent.uri() + System.lineSeparator() + sent.body(), shown);
        assertTrue(
                sent.uri().endsWith("/v1/projects/datastreamx-dev/locations/us-central1/batches?batchId=" + ID),
                sent.uri());
        assertTrue(sent.body().contains("\"--step\", \"rebuild\", \"--run\", \"20261124\""), sent.body());
    }

    @Test
    void jarsAreUploadedOnceAndAgainOnlyWhenTheyChange() throws Exception {
        dataproc().submit(rebuild(), true);
        dataproc().submit(request("night", "validate", "20261124"), true);
        assertEquals(2, google.seen("POST /upload/.*").size());
        Files.writeString(project.resolve("dataproc/assembly/night/target/night.jar"), "another build");
        dataproc().submit(request("night", "flip", "20261124"), true);
        assertEquals(3, google.seen("POST /upload/.*").size());
        List<FakeGoogle.Seen> created = google.seen(CREATE);
        assertEquals(jar(created.get(0)), jar(created.get(1)));
        assertFalse(jar(created.get(0)).equals(jar(created.get(2))));
    }

    private static String jar(FakeGoogle.Seen create) throws Exception {
        return Bodies.JSON
                .readTree(create.body())
                .at("/sparkBatch/jarFileUris/0")
                .asText();
    }

    @Test
    void aRunThatIsThereIsFollowedNotCreatedAgain() throws Exception {
        dataproc().submit(rebuild(), true);
        assertTrue(dataproc().submit(rebuild(), false));
        assertTrue(dataproc().submit(rebuild(), false), "a third time, when it has succeeded");
        assertEquals(1, google.seen(CREATE).size());
    }

    @Test
    void aRunThatFailedIsReportedAndDeletedBeforeTheNextTry() throws Exception {
        google.nextGoThrough("PENDING", "FAILED");
        assertFalse(dataproc().submit(rebuild(), false));
        google.nextGoThrough("RUNNING", "SUCCEEDED");
        assertTrue(dataproc().submit(rebuild(), false));
        assertEquals(1, google.seen("DELETE .*/" + ID).size());
        assertEquals(2, google.seen(CREATE).size());
    }

    @Test
    void aLostAnswerToCreateNeitherFailsNorRunsTwice() throws Exception {
        google.loseAnswer(CREATE);
        assertTrue(dataproc().submit(rebuild(), false));
        assertTrue(google.seen(CREATE).size() >= 2, "it was tried again");
        assertTrue(said.toString().contains("there already"), said.toString());
    }

    @Test
    void aLostAnswerToAnUploadOrADeleteIsFoundOut() throws Exception {
        google.loseAnswer("POST /upload/.*");
        google.nextGoThrough("FAILED");
        assertFalse(dataproc().submit(rebuild(), false));
        google.loseAnswer("DELETE .*");
        google.nextGoThrough("SUCCEEDED");
        assertTrue(dataproc().submit(rebuild(), false));
    }

    @Test
    void whatFailsForAWhileIsTriedAgain() throws Exception {
        google.fail("GET .*/batches/.*", 503, 2);
        google.fail(CREATE, 429, 1);
        google.fail("POST /upload/.*", 500, 2);
        assertTrue(dataproc().submit(rebuild(), false));
    }

    @Test
    void anOutageEndsTheCommandAndSaysThatTheRunGoesOn() throws Exception {
        dataproc().submit(rebuild(), true);
        google.fail("GET .*/batches/.*", 503, 100);
        String message = failure(rebuild());
        assertTrue(
                message.contains("failed 4 times") && message.contains("503") && message.contains("goes on"), message);
    }

    @Test
    void anExpiredTokenIsRenewed() throws Exception {
        Dataproc dataproc = dataproc();
        dataproc.submit(rebuild(), true);
        google.expireTokens();
        assertTrue(dataproc.submit(request("night", "flip", "20261124"), false));
    }

    @Test
    void credentialsThatGiveNoTokenSayWhatToDo() throws Exception {
        GoogleCredentials elsewhere = google.serviceAccount().toBuilder()
                .setTokenServerUri(URI.create(google.url() + "/gone"))
                .build();
        Dataproc dataproc = new Dataproc(
                project,
                CLOCK,
                new PrintWriter(said, true),
                new Dataproc.Endpoints(google.url(), google.url()),
                QUICK,
                () -> Identity.of(elsewhere));
        String message = assertThrows(SubmitException.class, () -> dataproc.submit(rebuild(), false))
                .getMessage();
        assertTrue(message.contains("no token") && message.contains("GOOGLE_APPLICATION_CREDENTIALS"), message);
    }

    @Test
    void aPersonsCredentialsAreRefused() {
        GoogleCredentials person = UserCredentials.newBuilder()
                .setClientId("c")
                .setClientSecret("s")
                .setRefreshToken("r")
                .build();
        String message =
                assertThrows(SubmitException.class, () -> Identity.of(person)).getMessage();
        assertTrue(message.contains("person") && message.contains("service account"), message);
    }

    @Test
    void noPermissionSaysWhatToGrant() {
        google.fail(CREATE, 403, 1);
        String message = failure(rebuild());
        assertTrue(
                message.contains("not allowed to create " + ID) && message.contains("roles/dataproc.editor"), message);
    }

    @Test
    void aBucketElsewhereOrMissingIsRefusedBeforeAnythingIsSent() {
        google.bucketIn("EUROPE-WEST1");
        String elsewhere = failure(rebuild());
        assertTrue(elsewhere.contains("lies in EUROPE-WEST1") && elsewhere.contains("us-central1"), elsewhere);
        google.bucketIn("");
        String missing = failure(rebuild());
        assertTrue(missing.contains("there is no bucket datastreamx-dev-dsx"), missing);
        assertTrue(google.seen("POST .*").isEmpty());
    }

    @Test
    void otherBytesUnderAJarsNameAreRefused() throws Exception {
        dataproc().submit(rebuild(), true);
        Jar staged = Jar.of(project.resolve("dataproc/assembly/night/target/night.jar"));
        Jar forged = new Jar(staged.file(), staged.object(), "another md5");
        GoogleApi api = new GoogleApi(Identity.of(google.serviceAccount()), QUICK);
        Environment dev = Specs.in(project.resolve("dataproc")).environment("dev");
        String message = assertThrows(SubmitException.class, () -> new Staging(api, google.url(), new PrintWriter(said))
                        .stage(dev, List.of(forged)))
                .getMessage();
        assertTrue(message.contains("other bytes"), message);
    }

    @Test
    void aStreamHasNoSteps() {
        SubmitException e =
                assertThrows(SubmitException.class, () -> dataproc().dryRun(request("ingest", "rebuild", "monday")));
        assertEquals(SubmitException.Kind.WRONG_USE, e.kind());
        assertTrue(e.getMessage().contains("is a stream and has no steps"), e.getMessage());
    }

    @Test
    void cancelEndsARunAndTheNextTryStartsAnew() throws Exception {
        google.nextGoThrough("RUNNING");
        dataproc().submit(rebuild(), true);
        dataproc().cancel(rebuild());
        assertEquals(
                1,
                google.seen("POST /v1/projects/p/regions/r/operations/op-" + ID + ":cancel")
                        .size());
        google.nextGoThrough("SUCCEEDED");
        assertTrue(dataproc().submit(rebuild(), false));
        assertEquals(2, google.seen(CREATE).size());
    }

    @Test
    void whoStopsFollowingLeavesItRunning() throws Exception {
        google.nextGoThrough("RUNNING");
        Dataproc dataproc = dataproc();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread following = new Thread(() -> {
            try {
                dataproc.submit(rebuild(), false);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        following.start();
        while (google.seen("GET .*/batches/" + ID).size() < 3) {
            Thread.onSpinWait();
        }
        following.interrupt();
        assertTrue(interrupted.get(1, TimeUnit.MINUTES));
        assertTrue(google.seen("DELETE .*").isEmpty()
                && google.seen("POST .*:cancel").isEmpty());
        google.nextGoThrough("SUCCEEDED");
        dataproc.submit(rebuild(), true);
        assertEquals(1, google.seen(CREATE).size(), "it is found again");
    }

    @Test
    void aJobOnAClusterGoesThroughTheSameLife() throws Exception {
        google.nextGoThrough("PENDING", "RUNNING", "ERROR");
        Dataproc.Request router = request("routing-real-time", null, "monday");
        assertFalse(dataproc().submit(router, false));
        google.loseAnswer("POST .*/jobs:submit");
        google.nextGoThrough("RUNNING", "DONE");
        assertTrue(dataproc().submit(router, false));
        FakeGoogle.Seen sent = google.seen("POST .*/jobs:submit").get(0);
        assertEquals("/v1/projects/datastreamx-dev/regions/us-central1/jobs:submit", sent.uri());
        assertEquals(
                "dsx-dev-routing-real-time-monday",
                Bodies.JSON.readTree(sent.body()).at("/job/reference/jobId").asText());
        assertEquals(1, google.seen("DELETE .*").size());
    }

    @Test
    void rendersABodyForEveryJobAndEnvironment() throws Exception {
        List<Path> written = dataproc().render(folder.resolve("templates"), false);
        assertEquals(12, written.size());
        for (String environment : List.of("dev", "prod-30k", "prod-300k")) {
            for (String job : List.of("night", "ingest", "routing", "cluster/routing-real-time")) {
                Path file = folder.resolve("templates/" + environment + "/" + job + ".json");
                assertTrue(Files.readString(file).contains("io.datastreamx."), file.toString());
            }
        }
    }
}
