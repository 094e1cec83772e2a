package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submission against Google's APIs as they are on the wire, with everything going wrong that does go wrong there. */
class SubmitTest {
    @TempDir
    Path folder;

    private Submission submission;

    @BeforeEach
    void start() throws Exception {
        submission = new Submission(folder);
    }

    @AfterEach
    void stop() {
        submission.close();
    }

    @Test
    void aRunIsStagedCreatedAndFollowedToItsEnd() throws Exception {
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
        assertEquals(2, submission.google.seen("POST /upload/.*").size());
        assertEquals(1, submission.google.seen(Submission.CREATE).size());
        String text = submission.said.toString();
        assertTrue(text.contains("created " + Submission.ID), text);
        assertTrue(text.contains("RUNNING after 0:00:00"), text);
        assertTrue(text.contains("SUCCEEDED after"), text);
        assertTrue(text.contains("about $0.12: 2.00 DCU-hours at $0.060 (price of 2026-11-01, not confirmed)"), text);
    }

    @Test
    void theDryRunIsWhatIsSentAndNeedsNoCredentials() throws Exception {
        Dataproc withoutCredentials = new Dataproc(
                submission.project,
                Submission.CLOCK,
                new PrintWriter(submission.said, true),
                new Dataproc.Endpoints(submission.google.url(), submission.google.url()),
                Submission.QUICK,
                () -> {
                    throw new AssertionError("a dry run needs no credentials");
                });
        String shown = withoutCredentials.dryRun(Submission.rebuild());
        assertTrue(submission.google.seen(".*").isEmpty());
        submission.dataproc().submit(Submission.rebuild(), true);
        FakeGoogle.Seen sent = submission.google.seen(Submission.CREATE).get(0);
        assertEquals(
                sent.method() + " " + submission.google.url() + sent.uri() + System.lineSeparator() + sent.body(),
                shown);
        assertTrue(
                sent.uri()
                        .endsWith(
                                "/v1/projects/datastreamx-dev/locations/us-central1/batches?batchId=" + Submission.ID),
                sent.uri());
        assertTrue(sent.body().contains("\"--step\", \"rebuild\", \"--run\", \"20261124\""), sent.body());
    }

    @Test
    void jarsAreUploadedOnceAndAgainOnlyWhenTheyChange() throws Exception {
        submission.dataproc().submit(Submission.rebuild(), true);
        submission.dataproc().submit(Submission.request("night", "validate", "20261124"), true);
        assertEquals(2, submission.google.seen("POST /upload/.*").size());
        Files.writeString(submission.project.resolve("dataproc/assembly/night/target/night.jar"), "another build");
        submission.dataproc().submit(Submission.request("night", "flip", "20261124"), true);
        assertEquals(3, submission.google.seen("POST /upload/.*").size());
        List<FakeGoogle.Seen> created = submission.google.seen(Submission.CREATE);
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
        submission.dataproc().submit(Submission.rebuild(), true);
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false), "a third time, when it has succeeded");
        assertEquals(1, submission.google.seen(Submission.CREATE).size());
    }

    @Test
    void aRunThatFailedIsReportedAndDeletedBeforeTheNextTry() throws Exception {
        submission.google.nextGoThrough("PENDING", "FAILED");
        assertFalse(submission.dataproc().submit(Submission.rebuild(), false));
        submission.google.nextGoThrough("RUNNING", "SUCCEEDED");
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
        assertEquals(1, submission.google.seen("DELETE .*/" + Submission.ID).size());
        assertEquals(2, submission.google.seen(Submission.CREATE).size());
    }

    @Test
    void aLostAnswerToCreateNeitherFailsNorRunsTwice() throws Exception {
        submission.google.loseAnswer(Submission.CREATE);
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
        assertTrue(submission.google.seen(Submission.CREATE).size() >= 2, "it was tried again");
        assertTrue(submission.said.toString().contains("there already"), submission.said.toString());
    }

    @Test
    void aLostAnswerToAnUploadOrADeleteIsFoundOut() throws Exception {
        submission.google.loseAnswer("POST /upload/.*");
        submission.google.nextGoThrough("FAILED");
        assertFalse(submission.dataproc().submit(Submission.rebuild(), false));
        submission.google.loseAnswer("DELETE .*");
        submission.google.nextGoThrough("SUCCEEDED");
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
    }

    @Test
    void whatFailsForAWhileIsTriedAgain() throws Exception {
        submission.google.fail("GET .*/batches/.*", 503, 2);
        submission.google.fail(Submission.CREATE, 429, 1);
        submission.google.fail("POST /upload/.*", 500, 2);
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
    }

    @Test
    void anOutageEndsTheCommandAndSaysThatTheRunGoesOn() throws Exception {
        submission.dataproc().submit(Submission.rebuild(), true);
        submission.google.fail("GET .*/batches/.*", 503, 100);
        String message = submission.failure(Submission.rebuild());
        assertTrue(
                message.contains("failed 4 times") && message.contains("503") && message.contains("goes on"), message);
    }

    @Test
    void cancelEndsARunAndTheNextTryStartsAnew() throws Exception {
        submission.google.nextGoThrough("RUNNING");
        submission.dataproc().submit(Submission.rebuild(), true);
        submission.dataproc().cancel(Submission.rebuild());
        assertEquals(
                1,
                submission
                        .google
                        .seen("POST /v1/projects/p/regions/r/operations/op-" + Submission.ID + ":cancel")
                        .size());
        submission.google.nextGoThrough("SUCCEEDED");
        assertTrue(submission.dataproc().submit(Submission.rebuild(), false));
        assertEquals(2, submission.google.seen(Submission.CREATE).size());
    }

    @Test
    void whoStopsFollowingLeavesItRunning() throws Exception {
        submission.google.nextGoThrough("RUNNING");
        Dataproc dataproc = submission.dataproc();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread following = new Thread(() -> {
            try {
                dataproc.submit(Submission.rebuild(), false);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        following.start();
        while (submission.google.seen("GET .*/batches/" + Submission.ID).size() < 3) {
            Thread.onSpinWait();
        }
        following.interrupt();
        assertTrue(interrupted.get(1, TimeUnit.MINUTES));
        assertTrue(submission.google.seen("DELETE .*").isEmpty()
                && submission.google.seen("POST .*:cancel").isEmpty());
        submission.google.nextGoThrough("SUCCEEDED");
        dataproc.submit(Submission.rebuild(), true);
        assertEquals(1, submission.google.seen(Submission.CREATE).size(), "it is found again");
    }

    @Test
    void aJobOnAClusterGoesThroughTheSameLife() throws Exception {
        submission.google.nextGoThrough("PENDING", "RUNNING", "ERROR");
        Dataproc.Request router = Submission.request("routing-real-time", null, "monday");
        assertFalse(submission.dataproc().submit(router, false));
        submission.google.loseAnswer("POST .*/jobs:submit");
        submission.google.nextGoThrough("RUNNING", "DONE");
        assertTrue(submission.dataproc().submit(router, false));
        FakeGoogle.Seen sent = submission.google.seen("POST .*/jobs:submit").get(0);
        assertEquals("/v1/projects/datastreamx-dev/regions/us-central1/jobs:submit", sent.uri());
        assertEquals(
                "dsx-dev-routing-real-time-monday",
                Bodies.JSON.readTree(sent.body()).at("/job/reference/jobId").asText());
        assertEquals(1, submission.google.seen("DELETE .*").size());
    }

    @Test
    void rendersABodyForEveryJobAndEnvironment() throws Exception {
        List<Path> written = submission.dataproc().render(folder.resolve("templates"), false);
        assertEquals(12, written.size());
        for (String environment : List.of("dev", "prod-30k", "prod-300k")) {
            for (String job : List.of("night", "ingest", "routing", "cluster/routing-real-time")) {
                Path file = folder.resolve("templates/" + environment + "/" + job + ".json");
                assertTrue(Files.readString(file).contains("io.datastreamx."), file.toString());
            }
        }
    }
}
