package io.datastreamx.kafka.policy;

/**
 * Who changes a policy, for the audit trail.
 *
 * @param name a person, or a night
 * @param reason in their words; null without one
 */
public record Operator(String name, String reason) {
    /** The person whose process this is, as the operating system names them. */
    public static Operator current() {
        return new Operator(System.getProperty("user.name"), null);
    }
}
