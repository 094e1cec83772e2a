package io.datastreamx.speed.routing;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.ml.policy.PolicySnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the records of the policy topic amount to: the latest usable policy, the latest health and caps. What is corrupt
 * is refused, counted and reported, and what was in force stays. One thread at a time.
 */
final class ControlState {
    private static final Logger LOG = LoggerFactory.getLogger(ControlState.class);

    private final PolicyLoader loader;
    /** Policies not in force yet, newest first. */
    private final Deque<ControlRecord.Policy> pending = new ArrayDeque<>();

    private PolicyLoader.Loaded policy;
    private ControlRecord.Health health;
    private ControlRecord.Caps caps;
    private long refused;
    /** Reported once, however often it is tried. */
    private String unreadableReported;

    ControlState(PolicyLoader loader) {
        this.loader = loader;
    }

    /** Takes in one record of the topic, oldest first; {@link #apply} brings it into force. */
    void accept(byte[] value) {
        try {
            ControlRecord record = ContractJson.MAPPER.readValue(value, ControlRecord.class);
            requireAll(record);
            if (record instanceof ControlRecord.Policy next) {
                requireAll(
                        next.eventId(),
                        next.policy(),
                        next.policy().uri(),
                        next.policy().sha256(),
                        next.policy().version());
                pending.addFirst(next);
            } else if (record instanceof ControlRecord.Health next) {
                requireAll(next.eventId(), next.unhealthy());
                health = next;
            } else if (record instanceof ControlRecord.Caps next) {
                requireAll(next.eventId(), next.exhausted(), LocalDate.parse(next.day()));
                caps = next;
            }
        } catch (IOException | RuntimeException e) {
            refuse("a record of the policy topic", e);
        }
    }

    /** Brings the newest usable policy into force. What cannot be read just now is kept for the next call. */
    PolicySnapshot apply() {
        Deque<ControlRecord.Policy> unreadable = new ArrayDeque<>();
        Deque<ControlRecord.Policy> candidates = new ArrayDeque<>(pending);
        pending.clear();
        boolean found = false;
        while (!found && !candidates.isEmpty()) {
            ControlRecord.Policy candidate = candidates.peekFirst();
            found = tryLoad(candidate, unreadable);
            if (!found && policy == null) {
                found = tryLoadWithoutModel(candidate);
            }
            candidates.removeFirst();
        }
        pending.addAll(unreadable);
        return snapshot();
    }

    /** Whether {@link #apply} has something to try. */
    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Records and policies refused so far. */
    long refused() {
        return refused;
    }

    private boolean tryLoad(ControlRecord.Policy candidate, Deque<ControlRecord.Policy> unreadable) {
        try {
            policy = loader.load(candidate);
            LOG.info(
                    "policy {} is in force (record {}, model {})",
                    candidate.policy().version(),
                    candidate.eventId(),
                    policy.document().model() == null
                            ? "none"
                            : policy.document().model().version());
            return true;
        } catch (UncheckedIOException e) {
            unreadable.addLast(candidate);
            if (!candidate.eventId().equals(unreadableReported)) {
                unreadableReported = candidate.eventId();
                refuse("policy " + candidate.policy().version() + " (it will be tried again every second)", e);
            }
        } catch (RuntimeException e) {
            refuse("policy " + candidate.policy().version(), e);
        }
        return false;
    }

    private boolean tryLoadWithoutModel(ControlRecord.Policy candidate) {
        try {
            policy = loader.loadWithoutModel(candidate);
            LOG.warn(
                    "policy {} is in force without its model: there is no earlier one to keep",
                    candidate.policy().version());
            return true;
        } catch (RuntimeException e) {
            LOG.debug(
                    "policy {} is of no use without its model either",
                    candidate.policy().version(),
                    e);
            return false;
        }
    }

    private PolicySnapshot snapshot() {
        if (policy == null) {
            return PolicySnapshot.NONE;
        }
        return new PolicySnapshot(
                policy.document(),
                policy.model(),
                health == null ? Set.of() : health.unhealthy(),
                caps == null ? null : LocalDate.parse(caps.day()),
                caps == null ? Set.of() : caps.exhausted(),
                policy.eventId() + "/" + (health == null ? "-" : health.eventId()) + "/"
                        + (caps == null ? "-" : caps.eventId()));
    }

    private void refuse(String what, Exception why) {
        refused++;
        LOG.error("{} is refused, what was in force stays ({} refused so far): {}", what, refused, why.toString());
    }

    private static void requireAll(Object... fields) {
        for (Object field : fields) {
            if (field == null) {
                throw new IllegalArgumentException("a required field is missing");
            }
        }
    }
}
