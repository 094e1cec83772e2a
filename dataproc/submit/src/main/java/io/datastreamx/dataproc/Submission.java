package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** One job under its id: created once however often it is submitted, followed to its end. */
final class Submission {
    private static final Duration LIFE_SIGN = Duration.ofSeconds(60);
    /** A batch that was just deleted or created may be neither here nor gone for a moment. */
    private static final int UNSETTLED = 10;

    private static final String GRANTS =
            "roles/dataproc.editor, and roles/iam.serviceAccountUser on the service account that the job runs as";

    private final GoogleApi google;
    private final Workload workload;
    private final Clock clock;
    private final PrintWriter out;

    Submission(GoogleApi google, Workload workload, Clock clock, PrintWriter out) {
        this.google = google;
        this.workload = workload;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Sees to it that the job is there: attaches to one that runs or has succeeded, deletes one that has failed,
     * creates it else. Safe to repeat, also after an answer was lost.
     */
    void ensure() throws InterruptedException {
        for (int attempt = 0; attempt < UNSETTLED; attempt++) {
            GoogleApi.Answer found = google.call(workload.get());
            if (found.status() == 404) {
                if (create()) {
                    return;
                }
            } else {
                Staging.requireOk(found, "look for " + workload.id(), GRANTS);
                Workload.Status status = workload.status(found.body());
                if (status.phase() != Workload.Phase.ENDED_BADLY) {
                    say(workload.id() + " is there already (" + status.state() + ")");
                    return;
                }
                say(workload.id() + " ended as " + status.state() + "; deleting it for another try");
                GoogleApi.Answer deleted = google.call(workload.delete());
                if (deleted.status() != 404) {
                    Staging.requireOk(deleted, "delete " + workload.id(), GRANTS);
                }
                if (create()) {
                    return;
                }
            }
            Thread.sleep(google.pace().poll().toMillis());
        }
        throw SubmitException.failed(
                workload.id() + " is neither there nor gone after " + UNSETTLED + " looks; try again in a minute");
    }

    /**
     * @return whether it is created; not where one of this id is there already: perhaps our own, whose answer was lost,
     *     or the one being deleted
     */
    private boolean create() throws InterruptedException {
        GoogleApi.Answer answer = google.call(workload.create());
        if (answer.status() == 409) {
            return false;
        }
        if (answer.status() == 400 || answer.status() == 404) {
            throw SubmitException.failed("Google refuses " + workload.id() + ": " + answer.message()
                    + ". --dry-run shows what was sent; correct the job's file or its environment");
        }
        Staging.requireOk(answer, "create " + workload.id(), GRANTS);
        say("created " + workload.id());
        say(workload.page());
        return true;
    }

    /** @return what Google says of it at its end */
    JsonNode follow() throws InterruptedException {
        Instant began = clock.instant();
        Instant spoken = Instant.MIN;
        String last = "";
        while (true) {
            GoogleApi.Answer answer = google.call(workload.get());
            if (answer.status() == 404) {
                throw SubmitException.failed(workload.id() + " was deleted by somebody while it was followed");
            }
            Staging.requireOk(answer, "follow " + workload.id(), GRANTS);
            Workload.Status status = workload.status(answer.body());
            Instant now = clock.instant();
            boolean news = !status.state().equals(last);
            if (news || Duration.between(spoken, now).compareTo(LIFE_SIGN) >= 0) {
                say("%s after %s%s"
                        .formatted(
                                status.state(),
                                elapsed(Duration.between(began, now)),
                                status.message().isEmpty() ? "" : ": " + status.message()));
                spoken = now;
                last = status.state();
            }
            if (status.phase() != Workload.Phase.UNDER_WAY) {
                return answer.body();
            }
            Thread.sleep(google.pace().poll().toMillis());
        }
    }

    /** Asks Google to end it; nothing happens where it has ended. */
    void cancel() throws InterruptedException {
        GoogleApi.Answer found = google.call(workload.get());
        if (found.status() == 404) {
            throw SubmitException.wrongUse("there is no " + workload.id() + " in " + workload.page());
        }
        Staging.requireOk(found, "look for " + workload.id(), GRANTS);
        Workload.Status status = workload.status(found.body());
        if (status.phase() != Workload.Phase.UNDER_WAY) {
            say(workload.id() + " has ended already (" + status.state() + ")");
            return;
        }
        Staging.requireOk(google.call(workload.cancel(found.body())), "cancel " + workload.id(), GRANTS);
        say("asked Google to cancel " + workload.id());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static String elapsed(Duration time) {
        return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
