package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.UserCredentials;
import io.datastreamx.process.ExitCode;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What submission refuses, and what it says to whoever asked. */
class SubmitRefusedTest {
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
    void anExpiredTokenIsRenewed() throws Exception {
        Dataproc dataproc = world.dataproc();
        dataproc.submit(SubmitWorld.rebuild(), true);
        world.google.expireTokens();
        assertTrue(dataproc.submit(SubmitWorld.request("night", "flip", "20261124"), false));
    }

    @Test
    void credentialsThatGiveNoTokenSayWhatToDo() throws Exception {
        GoogleCredentials elsewhere = world.google.serviceAccount().toBuilder()
                .setTokenServerUri(URI.create(world.google.url() + "/gone"))
                .build();
        Dataproc dataproc = world.dataproc(elsewhere);
        String message = assertThrows(SubmitException.class, () -> dataproc.submit(SubmitWorld.rebuild(), false))
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
        world.google.fail(SubmitWorld.CREATE, 403, 1);
        String message = world.failure(SubmitWorld.rebuild());
        assertTrue(
                message.contains("not allowed to create " + SubmitWorld.ID)
                        && message.contains("roles/dataproc.editor"),
                message);
    }

    @Test
    void aBucketElsewhereOrMissingIsRefusedBeforeAnythingIsSent() {
        world.google.bucketIn("EUROPE-WEST1");
        String elsewhere = world.failure(SubmitWorld.rebuild());
        assertTrue(elsewhere.contains("lies in EUROPE-WEST1") && elsewhere.contains("us-central1"), elsewhere);
        world.google.bucketIn("");
        String missing = world.failure(SubmitWorld.rebuild());
        assertTrue(missing.contains("there is no bucket datastreamx-dev-dsx"), missing);
        assertTrue(world.google.seen("POST .*").isEmpty());
    }

    @Test
    void otherBytesUnderAJarsNameAreRefused() throws Exception {
        world.dataproc().submit(SubmitWorld.rebuild(), true);
        Jar staged = Jar.of(world.project.resolve("dataproc/assembly/night/target/night.jar"));
        Jar forged = new Jar(staged.file(), staged.object(), "another md5");
        GoogleApi api = new GoogleApi(Identity.of(world.google.serviceAccount()), SubmitWorld.QUICK);
        Environment dev = Specs.in(world.project.resolve("dataproc")).environment("dev");
        String message = assertThrows(
                        SubmitException.class, () -> new Staging(api, world.google.url(), new PrintWriter(world.said))
                                .stage(dev, List.of(forged)))
                .getMessage();
        assertTrue(message.contains("other bytes"), message);
    }

    @Test
    void aStreamHasNoSteps() {
        SubmitException e = assertThrows(SubmitException.class, () -> world.dataproc()
                .dryRun(SubmitWorld.request("ingest", "rebuild", "monday")));
        assertEquals(ExitCode.WRONG_USE, e.exitCode());
        assertTrue(e.getMessage().contains("is a stream and has no steps"), e.getMessage());
    }
}
