package io.datastreamx.cli.verbs;

import io.datastreamx.kafka.policy.Operator;
import picocli.CommandLine.Option;

/** Who does it and why, for the audit trail. */
final class OperatorOptions {
    @Option(
            names = "--by",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it, for dsx policy log (default: you, ${DEFAULT-VALUE}).")
    private String by;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for dsx policy log.")
    private String reason;

    Operator operator() {
        return new Operator(by, reason);
    }
}
