package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Shares of the chain oracle by policy, over worlds that stay as they are, and days until they are reached again in
 * worlds that change. Intervals are those of the mean over worlds (Student's t, 95 %).
 */
final class LearningFigures {
    private static final double REACHED = 0.9;
    private static final double[] T_975 = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };

    private final Map<String, Map<String, JsonNode>> runs;
    private final List<String> policies;
    private final int fromDay;

    /** @param runs by world and policy */
    LearningFigures(Map<String, Map<String, JsonNode>> runs, List<String> policies, int fromDay) {
        this.runs = runs;
        this.policies = policies;
        this.fromDay = fromDay;
    }

    /** Share of the chain oracle of a run over some days. */
    static double share(JsonNode run, int from, int to) {
        return ratio(run, "chain_micros", from, to);
    }

    private static double ratio(JsonNode run, String field, int from, int to) {
        double earned = 0;
        double oracle = 0;
        for (JsonNode day : days(run)) {
            if (day.get("day").asInt() >= from && day.get("day").asInt() <= to) {
                earned += day.get(field).asDouble();
                oracle += day.get("chain_oracle_micros").asDouble();
            }
        }
        return oracle == 0 ? Double.NaN : earned / oracle;
    }

    static Iterable<JsonNode> days(JsonNode run) {
        return run.get("policies").get(0).get("days");
    }

    ObjectNode json() {
        ObjectNode figures = Machine.JSON.createObjectNode();
        ObjectNode worlds = figures.putObject("share_of_chain_oracle_by_world");
        runs.forEach((world, found) -> {
            ObjectNode node = worlds.putObject(world);
            found.forEach((policy, run) -> node.put(policy, rounded(share(run, fromDay, Integer.MAX_VALUE))));
            if (!found.isEmpty()) {
                JsonNode any = found.values().iterator().next();
                node.put("oracle-first", rounded(ratio(any, "first_oracle_chain_micros", fromDay, Integer.MAX_VALUE)));
            }
        });
        ObjectNode shares = figures.putObject("stationary");
        for (String policy : policies) {
            List<Double> each = new ArrayList<>();
            for (String world : LearningBench.STATIONARY) {
                JsonNode run = runs.getOrDefault(world, Map.of()).get(policy);
                if (run != null) {
                    each.add(share(run, fromDay, Integer.MAX_VALUE));
                }
            }
            mean(shares, policy, each);
        }
        against(figures.putObject("stationary_chain_minus"));
        changes(figures.putObject("changes"));
        caps(figures.putObject("share_of_cap_oracle"));
        return figures;
    }

    /** The difference in the same worlds, in points. */
    private void against(ObjectNode node) {
        for (String policy : policies) {
            List<Double> each = new ArrayList<>();
            for (String world : LearningBench.STATIONARY) {
                JsonNode ours = runs.getOrDefault(world, Map.of()).get("chain");
                JsonNode other = runs.getOrDefault(world, Map.of()).get(policy);
                if (ours != null && other != null && !policy.equals("chain")) {
                    each.add(share(ours, fromDay, Integer.MAX_VALUE) - share(other, fromDay, Integer.MAX_VALUE));
                }
            }
            mean(node, policy, each);
        }
    }

    private void changes(ObjectNode node) {
        runs.forEach((world, found) -> found.forEach((policy, run) -> {
            TreeSet<Integer> dues = new TreeSet<>();
            for (JsonNode change : run.path("changes")) {
                if (change.has("day")) {
                    dues.add((int) Math.floor(change.get("day").asDouble()) + 1);
                }
            }
            if (dues.isEmpty()) {
                return;
            }
            int due = dues.first();
            ObjectNode one = node.withObject("/" + world).putObject(policy);
            Integer back = null;
            for (JsonNode day : days(run)) {
                int number = day.get("day").asInt();
                double share = day.get("share_of_chain_oracle").asDouble();
                if (number >= due - 1 && number <= due + 3) {
                    one.put("day_" + number, rounded(share));
                }
                if (back == null && number >= due && share >= REACHED) {
                    back = number - due;
                }
            }
            one.put("changes_on_day", due);
            one.put("days_to_90_percent", back);
        }));
    }

    private void caps(ObjectNode node) {
        runs.forEach((world, found) -> found.forEach((policy, run) -> {
            double earned = 0;
            double oracle = 0;
            for (JsonNode day : days(run)) {
                if (day.get("day").asInt() >= fromDay && day.has("cap_oracle_micros")) {
                    earned += day.get("under_caps_micros").asDouble();
                    oracle += day.get("cap_oracle_micros").asDouble();
                }
            }
            if (oracle > 0) {
                node.withObject("/" + world).put(policy, rounded(earned / oracle));
            }
        }));
    }

    private static void mean(ObjectNode into, String policy, List<Double> each) {
        if (each.isEmpty()) {
            return;
        }
        double mean = each.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        ObjectNode node = into.putObject(policy).put("worlds", each.size()).put("mean", rounded(mean));
        node.put(
                "least",
                rounded(each.stream().mapToDouble(Double::doubleValue).min().orElseThrow()));
        if (each.size() > 1) {
            double squares = each.stream()
                    .mapToDouble(one -> (one - mean) * (one - mean))
                    .sum();
            double error = Math.sqrt(squares / (each.size() - 1) / each.size());
            double t = T_975[Math.min(T_975.length, each.size() - 1) - 1];
            node.put("low", rounded(mean - t * error)).put("high", rounded(mean + t * error));
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
