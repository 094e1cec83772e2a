package io.datastreamx.simulator.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.simulator.world.Drift;
import io.datastreamx.simulator.world.World;
import java.util.List;
import java.util.Locale;

/** What a lab found, for people and for programs. */
final class LabReport {
    private static final double MILLION = 1e6;

    private LabReport() {}

    static String table(World world, List<LabRun> runs) {
        StringBuilder table = new StringBuilder();
        table.append("%s: %s%n".formatted(world.name(), world.description()));
        for (LabRun run : runs) {
            table.append("%n%s%n".formatted(run.policy()));
            table.append(
                    "  day  requests  earned/1000  % of chain oracle  % of first-attempt oracle  regret/1000  attempts\n");
            for (int day = 0; day < run.days().size(); day++) {
                table.append(line(Integer.toString(day + 1), run.days().get(day)));
            }
            table.append(line("all", run.total()));
            DayFigures total = run.total();
            for (OutageWatch.Found found : run.outages()) {
                table.append(String.format(
                        Locale.ROOT,
                        "  outage of %s by %s on day %.2f: asked %.2f times a minute before, a fifth of it after %s minutes%n",
                        found.outage().aggregator(),
                        found.outage().by().word(),
                        found.outage().day(),
                        found.askedPerMinute(),
                        found.minutes() == null
                                ? "no number of"
                                : found.minutes().toString()));
            }
            if (total.capOracle > 0) {
                table.append(String.format(
                        Locale.ROOT, "  under the caps: %.1f %% of the cap oracle%n", 100 * total.shareOfCaps()));
            }
            table.append(String.format(
                    Locale.ROOT,
                    "  on the same requests, %% of the chain oracle: first-attempt oracle %.1f, waterfall %.1f, a fair shuffle %.1f; %,.0f requests/s without nights%n",
                    100 * total.chainFirst / total.chainOracle,
                    100 * total.chainWaterfall / total.chainOracle,
                    100 * total.chainUniform / total.chainOracle,
                    run.requestsPerSecond()));
        }
        return table.toString();
    }

    private static String line(String day, DayFigures one) {
        return String.format(
                Locale.ROOT,
                "  %3s  %8d  %11.3f  %9.1f ± %-5.1f  %25.1f  %11.3f  %8.2f%n",
                day,
                one.requests,
                one.revenuePerThousandMicros() / MILLION,
                100 * one.shareOfChain(),
                196 * one.shareError(),
                100 * one.shareOfFirst(),
                one.regretMicros() / MILLION,
                one.attempts / (double) Math.max(1, one.requests));
    }

    static ObjectNode json(World world, long seed, int requestsPerDay, List<LabRun> runs) {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("world", world.name())
                .put("description", world.description())
                .put("seed", seed)
                .put("requests_per_day", requestsPerDay);
        ArrayNode aggregators = result.putArray("aggregators");
        world.aggregatorIds().forEach(aggregators::add);
        ArrayNode changes = result.putArray("changes");
        world.drift().forEach(drift -> changes.add(change(drift)));
        ArrayNode policies = result.putArray("policies");
        for (LabRun run : runs) {
            ObjectNode policy = policies.addObject()
                    .put("policy", run.policy())
                    .put("requests_per_second", run.requestsPerSecond());
            ArrayNode outages = policy.putArray("outages");
            for (OutageWatch.Found found : run.outages()) {
                outages.addObject()
                        .put("aggregator", found.outage().aggregator())
                        .put("by", found.outage().by().word())
                        .put("day", found.outage().day())
                        .put("asked_per_minute_before", found.askedPerMinute())
                        .put("minutes_to_a_fifth", found.minutes());
            }
            ArrayNode days = policy.putArray("days");
            for (int day = 0; day < run.days().size(); day++) {
                days.add(day(day + 1, run.days().get(day)));
            }
        }
        return result;
    }

    private static ObjectNode change(Drift drift) {
        ObjectNode node = new ObjectMapper().createObjectNode().put("kind", drift.kind());
        drift.begins().ifPresent(day -> node.put("day", day));
        return node;
    }

    private static ObjectNode day(int day, DayFigures one) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("day", day)
                .put("requests", one.requests)
                .put("earned_micros_per_thousand", one.revenuePerThousandMicros())
                .put("share_of_chain_oracle", one.shareOfChain())
                .put("share_standard_error", one.shareError())
                .put("share_of_first_attempt_oracle", one.shareOfFirst())
                .put("regret_micros_per_thousand", one.regretMicros())
                .put("chain_micros", one.chain)
                .put("chain_oracle_micros", one.chainOracle)
                .put("first_oracle_chain_micros", one.chainFirst)
                .put("waterfall_chain_micros", one.chainWaterfall)
                .put("uniform_chain_micros", one.chainUniform)
                .put("first_micros", one.first)
                .put("first_oracle_micros", one.firstOracle)
                .put("first_uniform_micros", one.firstUniform)
                .put("judged", one.sampled)
                .put("attempts", one.attempts)
                .put("fills", one.fills);
        if (one.capOracle > 0) {
            node.put("under_caps_micros", one.underCaps)
                    .put("cap_oracle_micros", one.capOracle)
                    .put("share_of_cap_oracle", one.shareOfCaps());
        }
        add(node, "asked", one.asked);
        add(node, "filled", one.filled);
        add(node, "chosen_first", one.chosen);
        return node;
    }

    private static void add(ObjectNode node, String name, long[] values) {
        ArrayNode array = node.putArray(name);
        for (long value : values) {
            array.add(value);
        }
    }
}
