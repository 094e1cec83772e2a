package io.datastreamx.kafka;

import io.datastreamx.process.CannotRunException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Why a Kafka client failed, and what to do about it. */
public final class KafkaFailure {
    private static final String NO_TOKEN =
            "no token to sign in with could be had for Kafka at %s: %s. Sign-in takes the service"
                    + " account's credentials (GOOGLE_APPLICATION_CREDENTIALS or the metadata server); see that they are there and not expired";
    private static final String REFUSED = "Kafka at %s refused the sign-in: %s. See that the service account has"
            + " roles/managedkafka.client on this cluster, that its token is not expired or revoked and that this machine's clock is right";
    private static final String FORBIDDEN =
            "Kafka at %s let us in but forbids this: %s. Grant the service account access to the topics and groups";

    private KafkaFailure() {}

    /**
     * @param otherwise what to say when it is neither sign-in nor permission
     * @return an exception whose message says what happened and what to do
     */
    public static CannotRunException explain(KafkaConnection kafka, Throwable failure, String otherwise) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String template = cause instanceof AuthenticationException
                    ? REFUSED
                    : cause instanceof AuthorizationException
                            ? FORBIDDEN
                            : cause instanceof LoginException ? NO_TOKEN : null;
            if (template != null) {
                return new CannotRunException(template.formatted(kafka, cause.getMessage()), failure);
            }
        }
        return new CannotRunException(otherwise, failure);
    }
}
