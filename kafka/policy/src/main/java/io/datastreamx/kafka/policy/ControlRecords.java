package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the records of the policy topic amount to: the latest usable policy, the latest health, caps and corrections.
 * The one rule of all readers: a record that is not valid is refused once with its reason, and the last good one of its
 * kind stays. A policy whose file cannot be read for the moment is tried again, less and less often, for half an hour.
 * One thread at a time.
 */
final class ControlRecords {
    private static final Logger LOG = LoggerFactory.getLogger(ControlRecords.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(30);

    /**
     * A policy that is not in force yet.
     *
     * @param unreadableSince when a file of it could not be read for the first time; null before
     */
    private record Candidate(ControlRecord.Policy record, long offset, Instant unreadableSince) {
        String version() {
            return record.policy().version();
        }
    }

    private final PolicyFiles files;
    private final Clock clock;
    /** Newest first; each is newer than what is in force. */
    private Deque<Candidate> pending = new ArrayDeque<>();
    /** By kind: refusals that nothing valid has followed. */
    private final Map<String, Refusal> standing = new LinkedHashMap<>();

    private PolicyInForce policy;
    private ControlRecord.Health health;
    private ControlRecord.Caps caps;
    private ControlRecord.Corrections corrections;
    private long refused;
    private Duration pause = FIRST_PAUSE;
    private Instant nextTry = Instant.MIN;

    ControlRecords(PolicyFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /** Takes in one record of the topic; one without a value says nothing. */
    void accept(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            String kind = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            accept(kind, record.offset(), record.value());
        }
    }

    /** Takes in one record, oldest first; {@link #apply} brings a policy into force. */
    void accept(String kind, long offset, byte[] value) {
        ControlRecord record;
        try {
            record = ControlRecord.read(value);
        } catch (IllegalArgumentException e) {
            refuse(new Refusal(kind, offset, "the record", e.getMessage(), clock.instant(), false));
            return;
        }
        if (record instanceof ControlRecord.Policy next) {
            pending.addFirst(new Candidate(next, offset, null));
            pause = FIRST_PAUSE;
            nextTry = Instant.MIN;
        } else if (record instanceof ControlRecord.Health next) {
            health = next;
            standing.remove(next.key());
        } else if (record instanceof ControlRecord.Caps next) {
            caps = next;
            standing.remove(next.key());
        } else if (record instanceof ControlRecord.Corrections next) {
            corrections = next;
            standing.remove(next.key());
        }
    }

    /** Whether {@link #apply} has something to try now. */
    boolean isDue() {
        return !pending.isEmpty() && !clock.instant().isBefore(nextTry);
    }

    /** Brings the newest usable policy into force. What cannot be read just now is kept for a later call. */
    void apply() {
        if (!isDue()) {
            return;
        }
        Deque<Candidate> unreadable = new ArrayDeque<>();
        boolean found = false;
        while (!found && !pending.isEmpty()) {
            Candidate candidate = pending.removeFirst();
            found = tryLoad(candidate, unreadable)
                    || policy == null
                            && (tryLoadWithout("its canary", candidate, files::loadWithoutCanary)
                                    || tryLoadWithout("its model", candidate, files::loadWithoutModel));
        }
        pending = unreadable;
        nextTry = clock.instant().plus(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    Optional<PolicyInForce> policy() {
        return Optional.ofNullable(policy);
    }

    PolicyState state() {
        return new PolicyState(
                snapshot(),
                Optional.ofNullable(health),
                Optional.ofNullable(caps),
                Optional.ofNullable(corrections),
                new ArrayList<>(standing.values()),
                refused,
                Optional.empty());
    }

    private boolean tryLoad(Candidate candidate, Deque<Candidate> unreadable) {
        try {
            policy = files.load(candidate.record());
            LOG.info(
                    "policy {} is in force (record {}, model {}, canary {})",
                    candidate.version(),
                    candidate.record().eventId(),
                    policy.document().model() == null
                            ? "none"
                            : policy.document().model().version(),
                    policy.document().canary() == null
                            ? "none"
                            : policy.document().canary().model().version());
            standing.computeIfPresent(
                    candidate.record().key(),
                    (kind, refusal) -> refusal.offset() <= candidate.offset() ? null : refusal);
            return true;
        } catch (UncheckedIOException e) {
            unreadable(candidate, e).ifPresent(unreadable::addLast);
        } catch (RuntimeException e) {
            refuse(refusal(candidate, reason(e), false));
        }
        return false;
    }

    /** @return the candidate if it is to be tried again; it is refused once, and given up in the end */
    private Optional<Candidate> unreadable(Candidate candidate, UncheckedIOException e) {
        Instant now = clock.instant();
        if (candidate.unreadableSince() == null) {
            refuse(refusal(candidate, reason(e), true));
            return Optional.of(new Candidate(candidate.record(), candidate.offset(), now));
        }
        if (now.isBefore(candidate.unreadableSince().plus(GIVE_UP_AFTER))) {
            return Optional.of(candidate);
        }
        String reason = "not readable for " + GIVE_UP_AFTER.toMinutes() + " minutes and given up, publish it again: "
                + reason(e);
        LOG.error("policy {} is {}", candidate.version(), reason);
        keep(refusal(candidate, reason, false));
        return Optional.empty();
    }

    private boolean tryLoadWithout(
            String part, Candidate candidate, Function<ControlRecord.Policy, PolicyInForce> load) {
        try {
            policy = load.apply(candidate.record());
            LOG.warn("policy {} is in force without {}: there is no earlier one to keep", candidate.version(), part);
            return true;
        } catch (RuntimeException e) {
            LOG.debug("policy {} is of no use without {} either", candidate.version(), part, e);
            return false;
        }
    }

    private PolicySnapshot snapshot() {
        if (policy == null) {
            return PolicySnapshot.NONE;
        }
        PolicySnapshot snapshot = new PolicySnapshot(
                policy.document(),
                policy.model(),
                health == null ? Set.of() : health.unhealthy(),
                caps == null ? null : caps.day(),
                caps == null ? Set.of() : caps.exhausted(),
                caps == null ? Map.of() : caps.fillCostMicros(),
                corrections == null ? Map.of() : corrections.aggregators(),
                String.join("/", policy.record().eventId(), id(health), id(caps), id(corrections)),
                Optional.empty());
        return policy.canary().map(snapshot::trying).orElse(snapshot);
    }

    private static String id(ControlRecord record) {
        return record == null ? "-" : record.eventId();
    }

    private Refusal refusal(Candidate candidate, String reason, boolean triedAgain) {
        return new Refusal(
                candidate.record().key(),
                candidate.offset(),
                "policy " + candidate.version(),
                reason,
                clock.instant(),
                triedAgain);
    }

    private void refuse(Refusal refusal) {
        refused++;
        keep(refusal);
        LOG.error(
                "{} at offset {} of the policy topic ({}) is refused, what was in force stays{} ({} refused so far): {}",
                refusal.what(),
                refusal.offset(),
                refusal.kind(),
                refusal.triedAgain() ? " and it is tried again" : "",
                refused,
                refusal.reason());
    }

    private void keep(Refusal refusal) {
        standing.merge(refusal.kind(), refusal, (before, next) -> before.offset() > next.offset() ? before : next);
    }

    private static String reason(RuntimeException e) {
        if (e instanceof UncheckedIOException io) {
            return io.getMessage() + ": " + io.getCause().getMessage();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
