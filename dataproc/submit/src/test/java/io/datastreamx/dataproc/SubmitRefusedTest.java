package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.UserCredentials;
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
    void anExpiredTokenIsRenewed() throws Exception {
        Dataproc dataproc = submission.dataproc();
        dataproc.submit(Submission.rebuild(), true);
        submission.google.expireTokens();
        assertTrue(dataproc.submit(Submission.request("night", "flip", "20261124"), false));
    }

    @Test
    void credentialsThatGiveNoTokenSayWhatToDo() throws Exception {
        GoogleCredentials elsewhere = submission.google.serviceAccount().toBuilder()
                .setTokenServerUri(URI.create(submission.google.url() + "/gone"))
                .build();
        Dataproc dataproc = submission.dataproc(elsewhere);
        String message = assertThrows(SubmitException.class, () -> dataproc.submit(Submission.rebuild(), false))
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
        submission.google.fail(Submission.CREATE, 403, 1);
        String message = submission.failure(Submission.rebuild());
        assertTrue(
                message.contains("not allowed to create " + Submission.ID) && message.contains("roles/dataproc.editor"),
                message);
    }

    @Test
    void aBucketElsewhereOrMissingIsRefusedBeforeAnythingIsSent() {
        submission.google.bucketIn("EUROPE-WEST1");
        String elsewhere = submission.failure(Submission.rebuild());
        assertTrue(elsewhere.contains("lies in EUROPE-WEST1") && elsewhere.contains("us-central1"), elsewhere);
        submission.google.bucketIn("");
        String missing = submission.failure(Submission.rebuild());
        assertTrue(missing.contains("there is no bucket datastreamx-dev-dsx"), missing);
        assertTrue(submission.google.seen("POST .*").isEmpty());
    }

    @Test
    void otherBytesUnderAJarsNameAreRefused() throws Exception {
        submission.dataproc().submit(Submission.rebuild(), true);
        Jar staged = Jar.of(submission.project.resolve("dataproc/assembly/night/target/night.jar"));
        Jar forged = new Jar(staged.file(), staged.object(), "another md5");
        GoogleApi api = new GoogleApi(Identity.of(submission.google.serviceAccount()), Submission.QUICK);
        Environment dev = Specs.in(submission.project.resolve("dataproc")).environment("dev");
        String message = assertThrows(SubmitException.class, () -> new Staging(
                                api, submission.google.url(), new PrintWriter(submission.said))
                        .stage(dev, List.of(forged)))
                .getMessage();
        assertTrue(message.contains("other bytes"), message);
    }

    @Test
    void aStreamHasNoSteps() {
        SubmitException e = assertThrows(
                SubmitException.class,
                () -> submission.dataproc().dryRun(Submission.request("ingest", "rebuild", "monday")));
        assertEquals(SubmitException.Kind.WRONG_USE, e.kind());
        assertTrue(e.getMessage().contains("is a stream and has no steps"), e.getMessage());
    }
}
