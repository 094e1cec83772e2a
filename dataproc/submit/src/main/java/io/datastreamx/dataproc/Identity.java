package io.datastreamx.dataproc;

import com.google.auth.oauth2.ExternalAccountAuthorizedUserCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.UserCredentials;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Who we are to Google: a service account, never a person. */
final class Identity {
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloud-platform");
    private static final String HOW =
            "Set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account, or run where one is attached";

    private final GoogleCredentials credentials;

    private Identity(GoogleCredentials credentials) {
        this.credentials = credentials;
    }

    /** @throws SubmitException where there are none, or they are those of a person */
    static Identity found() {
        try {
            return of(GoogleCredentials.getApplicationDefault());
        } catch (IOException e) {
            throw new SubmitException(
                    ExitCode.FAILED, "no credentials for Google were found: " + firstLine(e) + ". " + HOW, e);
        }
    }

    static Identity of(GoogleCredentials credentials) {
        if (isPerson(credentials)
                || (credentials instanceof ImpersonatedCredentials impersonated
                        && isPerson(impersonated.getSourceCredentials()))) {
            throw SubmitException.failed(
                    "the credentials found are those of a person (gcloud auth application-default login)."
                            + " What runs under them stops when the person leaves, and the log shows nobody else. "
                            + HOW);
        }
        return new Identity(credentials.createScoped(SCOPES));
    }

    private static boolean isPerson(GoogleCredentials credentials) {
        return credentials instanceof UserCredentials
                || credentials instanceof ExternalAccountAuthorizedUserCredentials;
    }

    /** A token that is valid now. */
    String token() {
        try {
            credentials.refreshIfExpired();
            return credentials.getAccessToken().getTokenValue();
        } catch (IOException e) {
            throw new SubmitException(
                    ExitCode.FAILED,
                    "Google gives no token for these credentials: " + firstLine(e)
                            + ". The key may be deleted or expired, or the clock of this machine wrong. " + HOW,
                    e);
        }
    }

    /** Forgets a token that was refused. */
    void renew() {
        try {
            credentials.refresh();
        } catch (IOException e) {
            throw new SubmitException(ExitCode.FAILED, "Google gives no new token: " + firstLine(e) + ". " + HOW, e);
        }
    }

    private static String firstLine(IOException e) {
        return Optional.ofNullable(e.getMessage())
                .orElse(e.toString())
                .lines()
                .findFirst()
                .orElse("");
    }
}
