package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.contract.policy.AllowedHosts;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.contract.policy.PolicyFile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Control by hand. Each act is one record of the policy topic, valid as a whole before it is written, and leaves the
 * rest of the policy as it is; where all is as wanted already there is no record. All throw
 * {@link IllegalArgumentException} with field and reason where what is asked for is wrong, and as
 * {@link PolicyTopic#change} where it cannot be done.
 */
public final class PolicyControl {
    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

    private final PolicyTopic topic;
    private final Operator operator;

    public PolicyControl(PolicyTopic topic, Operator operator) {
        this.topic = topic;
        this.operator = operator;
    }

    /** Nothing is routed from now on: every request gets {@code no_candidate}, every aggregator {@code kill_switch}. */
    public PolicyChanged kill(Instant at) {
        return change("kill", "kill", at, (policy, version) -> policy.killed(version, true));
    }

    /** Takes {@link #kill} back. */
    public PolicyChanged resume(Instant at) {
        return change("resume", "resume", at, (policy, version) -> policy.killed(version, false));
    }

    /** The aggregator is not asked any more. */
    public PolicyChanged disable(String aggregatorId, Instant at) {
        return enabled("disable", aggregatorId, false, at);
    }

    /** Takes {@link #disable} back. */
    public PolicyChanged enable(String aggregatorId, Instant at) {
        return enabled("enable", aggregatorId, true, at);
    }

    /**
     * Other aggregators in place of all those in force. Where there are none yet, their hosts are allowed; later ones
     * must be allowed by {@link #allow} before.
     */
    public PolicyChanged aggregators(List<AggregatorTerms> others, Instant at) {
        return change("aggregators", "set aggregators", at, (policy, version) -> {
            PolicyDocument open = policy.aggregators().isEmpty() ? policy.allowing(version, hostsOf(others)) : policy;
            return open.among(version, others).requireAllowed();
        });
    }

    /** Aggregators may be asked at these hosts too. @param hosts as {@link AllowedHosts} reads them */
    public PolicyChanged allow(List<String> hosts, Instant at) {
        return change("allow", "allow " + String.join(", ", hosts), at, (policy, version) -> {
            List<String> all = new ArrayList<>(
                    policy.allowedHosts() == null ? hostsOf(policy.aggregators()) : policy.allowedHosts());
            all.addAll(hosts);
            return policy.allowing(version, all);
        });
    }

    /** Takes {@link #allow} back; refused while an aggregator of the policy is asked there. */
    public PolicyChanged disallow(String host, Instant at) {
        return change("disallow", "disallow " + host, at, (policy, version) -> {
            List<String> all = new ArrayList<>(policy.allowedHosts() == null ? List.of() : policy.allowedHosts());
            if (!all.remove(host.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(host + " is not among allowed_hosts " + all);
            }
            return policy.allowing(version, all).requireAllowed();
        });
    }

    /** Hosts that allow just what these aggregators need. */
    public static List<String> hostsOf(List<AggregatorTerms> aggregators) {
        return aggregators.stream()
                .map(terms -> AllowedHosts.entryFor(terms.endpoint()))
                .distinct()
                .toList();
    }

    /** What a file says. See {@link PolicyFile#edit}. */
    public PolicyChanged set(byte[] file, String currency, Instant at) {
        return change("set", "set", at, (policy, version) -> PolicyFile.edit(policy, file, currency)
                .named(version));
    }

    private PolicyChanged enabled(String act, String aggregatorId, boolean now, Instant at) {
        return change(act, act + " " + aggregatorId, at, (policy, version) -> {
            List<String> known = policy.aggregators().stream()
                    .map(AggregatorTerms::aggregatorId)
                    .toList();
            if (!known.contains(aggregatorId)) {
                throw new IllegalArgumentException("there is no aggregator " + aggregatorId + " in policy "
                        + policy.policyVersion() + "; it has " + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
            return policy.among(
                    version,
                    policy.aggregators().stream()
                            .map(terms -> terms.aggregatorId().equals(aggregatorId) ? terms.enabled(now) : terms)
                            .toList());
        });
    }

    private PolicyChanged change(
            String act, String what, Instant at, BiFunction<PolicyDocument, String, PolicyDocument> next) {
        return topic.change(operator, what, at, (inForce, later) -> {
            String version = version(act, later);
            PolicyDocument changed = next.apply(inForce, version);
            return changed.equals(inForce.named(version)) ? inForce : changed;
        });
    }

    /** Names of policies that people bring into force. */
    static String version(String act, Instant at) {
        return "policy-" + act + "-" + COMPACT.format(at);
    }
}
