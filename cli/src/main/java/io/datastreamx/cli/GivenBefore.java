package io.datastreamx.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs the last of the verbs on a line. An option that stands before it, as in {@code dsx dead-letters --home X
 * replay}, counts for it as if it stood behind; where the last verb has no such option the line is refused, so that
 * nothing that somebody typed is passed over. A verb that there is not is refused even where help is asked for.
 */
final class GivenBefore implements IExecutionStrategy {
    @Override
    public int execute(ParseResult parsed) {
        Map<String, OptionSpec> before = new LinkedHashMap<>();
        ParseResult at = parsed;
        for (; at.hasSubcommand(); at = at.subcommand()) {
            at.matchedOptions().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .forEach(option -> before.put(option.longestName(), option));
        }
        // Some verbs hand on what they do not know to the program that they start.
        if (!at.unmatched().isEmpty()
                && at.commandSpec().unmatchedArgsBindings().isEmpty()) {
            throw new UnmatchedArgumentException(at.commandSpec().commandLine(), at.unmatched());
        }
        ParseResult last = at;
        before.forEach((name, option) -> hand(name, option, last));
        return new RunLast().execute(parsed);
    }

    private static void hand(String name, OptionSpec given, ParseResult last) {
        CommandSpec verb = last.commandSpec();
        OptionSpec own = verb.findOption(name);
        if (own == null) {
            CommandLine line = verb.commandLine();
            throw new ParameterException(line, name + " stands before '" + verb.name() + "', which has no such option");
        }
        if (!last.hasMatchedOption(own)) {
            own.setValue(given.getValue());
        }
    }
}
