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

    private SubmitWorld world;

    @BeforeEach
    void start() throws Exception {
        world = new SubmitWorld(folder);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void aRunIsStagedCreatedAndFollowedToItsEnd() throws Exception {
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
        assertEquals(2, world.google.seen("POST /upload/.*").size());
        assertEquals(1, world.google.seen(SubmitWorld.CREATE).size());
        String text = world.said.toString();
        assertTrue(text.contains("created " + SubmitWorld.ID), text);
        assertTrue(text.contains("RUNNING after 0:00:00"), text);
        assertTrue(text.contains("SUCCEEDED after"), text);
        assertTrue(text.contains("about $0.12: 2.00 DCU-hours at $0.060 (price of 2026-11-01, not confirmed)"), text);
    }

    @Test
    void theDryRunIsWhatIsSentAndNeedsNoCredentials() throws Exception {
        Dataproc withoutCredentials = new Dataproc(
                world.project,
                SubmitWorld.CLOCK,
                new PrintWriter(world.said, true),
                new Dataproc.Endpoints(world.google.url(), world.google.url()),
                SubmitWorld.QUICK,
                () -> {
                    throw new AssertionError("a dry run needs no credentials");
                });
        String shown = withoutCredentials.dryRun(SubmitWorld.rebuild());
        assertTrue(world.google.seen(".*").isEmpty());
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        FakeGoogle.Seen sent = world.google.seen(SubmitWorld.CREATE).get(0);
        assertEquals(
                sent.method() + " " + world.google.url() + sent.uri() + System.lineSeparator() + sent.body(), shown);
        assertTrue(
                sent.uri()
                        .endsWith(
                                "/v1/projects/datastreamx-dev/locations/us-central1/batches?batchId=" + SubmitWorld.ID),
                sent.uri());
        assertTrue(sent.body().contains("\"--step\", \"rebuild\", \"--run\", \"20261124\""), sent.body());
    }

    @Test
    void jarsAreUploadedOnceAndAgainOnlyWhenTheyChange() throws Exception {
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        world.dataproc().submit(SubmitWorld.request("night", "validate", "20261124"), true);
        assertEquals(2, world.google.seen("POST /upload/.*").size());
        Files.writeString(world.project.resolve("dataproc/assembly/night/target/night.jar"), "another build");
        world.dataproc().submit(SubmitWorld.request("night", "flip", "20261124"), true);
        assertEquals(3, world.google.seen("POST /upload/.*").size());
        List<FakeGoogle.Seen> created = world.google.seen(SubmitWorld.CREATE);
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
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false), "a third time, when it has succeeded");
        assertEquals(1, world.google.seen(SubmitWorld.CREATE).size());
    }

    @Test
    void aRunThatFailedIsReportedAndDeletedBeforeTheNextTry() throws Exception {
        world.google.nextGoThrough("PENDING", "FAILED");
        assertFalse(world.dataproc().submit(SubmitWorld.rebuild(), false));
        world.google.nextGoThrough("RUNNING", "SUCCEEDED");
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
        assertEquals(1, world.google.seen("DELETE .*/" + SubmitWorld.ID).size());
        assertEquals(2, world.google.seen(SubmitWorld.CREATE).size());
    }

    @Test
    void aLostAnswerToCreateNeitherFailsNorRunsTwice() throws Exception {
        world.google.loseAnswer(SubmitWorld.CREATE);
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
        assertTrue(world.google.seen(SubmitWorld.CREATE).size() >= 2, "it was tried again");
        assertTrue(world.said.toString().contains("there already"), world.said.toString());
    }

    @Test
    void aLostAnswerToAnUploadOrADeleteIsFoundOut() throws Exception {
        world.google.loseAnswer("POST /upload/.*");
        world.google.nextGoThrough("FAILED");
        assertFalse(world.dataproc().submit(SubmitWorld.rebuild(), false));
        world.google.loseAnswer("DELETE .*");
        world.google.nextGoThrough("SUCCEEDED");
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
    }

    @Test
    void whatFailsForAWhileIsTriedAgain() throws Exception {
        world.google.fail("GET .*/batches/.*", 503, 2);
        world.google.fail(SubmitWorld.CREATE, 429, 1);
        world.google.fail("POST /upload/.*", 500, 2);
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
    }

    @Test
    void anOutageEndsTheCommandAndSaysThatTheRunGoesOn() throws Exception {
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        world.google.fail("GET .*/batches/.*", 503, 100);
        String message = world.failure(SubmitWorld.rebuild());
        assertTrue(
                message.contains("failed 4 times") && message.contains("503") && message.contains("goes on"), message);
    }

    @Test
    void cancelEndsARunAndTheNextTryStartsAnew() throws Exception {
        world.google.nextGoThrough("RUNNING");
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        world.dataproc().cancel(SubmitWorld.rebuild());
        assertEquals(
                1,
                world.google
                        .seen("POST /v1/projects/p/regions/r/operations/op-" + SubmitWorld.ID + ":cancel")
                        .size());
        world.google.nextGoThrough("SUCCEEDED");
        assertTrue(world.dataproc().submit(SubmitWorld.rebuild(), false));
        assertEquals(2, world.google.seen(SubmitWorld.CREATE).size());
    }

    @Test
    void whoStopsFollowingLeavesItRunning() throws Exception {
        world.google.nextGoThrough("RUNNING");
        Dataproc dataproc = world.dataproc();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread following = new Thread(() -> {
            try {
                dataproc.submit(SubmitWorld.rebuild(), false);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        following.start();
        while (world.google.seen("GET .*/batches/" + SubmitWorld.ID).size() < 3) {
            assertTrue(following.isAlive(), "it follows");
            Thread.sleep(5);
        }
        following.interrupt();
        assertTrue(interrupted.get(1, TimeUnit.MINUTES));
        assertTrue(world.google.seen("DELETE .*").isEmpty()
                && world.google.seen("POST .*:cancel").isEmpty());
        world.google.nextGoThrough("SUCCEEDED");
        dataproc.submit(SubmitWorld.rebuild(), true);
        assertEquals(1, world.google.seen(SubmitWorld.CREATE).size(), "it is found again");
    }

    @Test
    void aJobOnAClusterGoesThroughTheSameLife() throws Exception {
        world.google.nextGoThrough("PENDING", "RUNNING", "ERROR");
        Dataproc.Request router = SubmitWorld.request("routing-real-time", null, "monday");
        assertFalse(world.dataproc().submit(router, false));
        world.google.loseAnswer("POST .*/jobs:submit");
        world.google.nextGoThrough("RUNNING", "DONE");
        assertTrue(world.dataproc().submit(router, false));
        FakeGoogle.Seen sent = world.google.seen("POST .*/jobs:submit").get(0);
        assertEquals("/v1/projects/datastreamx-dev/regions/us-central1/jobs:submit", sent.uri());
        assertEquals(
                "dsx-dev-routing-real-time-monday",
                Bodies.JSON.readTree(sent.body()).at("/job/reference/jobId").asText());
        assertEquals(1, world.google.seen("DELETE .*").size());
    }

    @Test
    void rendersABodyForEveryJobAndEnvironment() throws Exception {
        List<Path> written = world.dataproc().render(folder.resolve("templates"), false);
        assertEquals(13, written.size());
        for (String environment : List.of("dev", "prod-30k", "prod-300k")) {
            for (String job : List.of("night", "ingest", "routing", "cluster/routing-real-time")) {
                Path file = folder.resolve("templates/" + environment + "/" + job + ".json");
                assertTrue(Files.readString(file).contains("io.datastreamx."), file.toString());
            }
        }
        assertTrue(Files.readString(folder.resolve("templates/facts.json")).contains("\"rebuild\""));
    }
}
