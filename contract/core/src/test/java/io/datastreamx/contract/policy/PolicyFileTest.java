package io.datastreamx.contract.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.ContractJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
    private static final String ACME = """
            {"aggregator_id": "acme", "endpoint": "http://127.0.0.1:9000/bid", "enabled": true, "waterfall_rank": 1,
             "contract_price_micros": 4000000, "max_price_micros": 40000000, "daily_cap": 0, "timeout_ms": 200,
             "currency": "USD"}""";

    private static List<AggregatorTerms> read(String json) {
        return PolicyFile.aggregators(json.getBytes(StandardCharsets.UTF_8), "USD");
    }

    @Test
    void aListOfAggregatorsIsRead() {
        assertThat(read("[" + ACME + "]"))
                .containsExactly(new AggregatorTerms(
                        "acme", "http://127.0.0.1:9000/bid", true, 1, 4_000_000, 40_000_000, 0, 200, "USD"));
        assertThat(read("[]")).isEmpty();
    }

    @Test
    void pacingIsAShareOfTheCapAndMayBeLeftOut() {
        AggregatorTerms paced = read("["
                        + ACME.replace("\"daily_cap\": 0", "\"daily_cap\": 100, \"pacing_share_per_hour\": 0.29") + "]")
                .get(0);
        assertThat(paced.hourlyCap()).isEqualTo(29);
        assertThat(paced.enabled(false).hourlyCap()).isEqualTo(29);
        assertThat(read("[" + ACME + "]").get(0).hourlyCap()).isZero();
        PolicyDocument policy = IN_FORCE.among("p1", List.of(paced));
        assertThat(PolicyFile.edit(policy, ContractJson.bytes(policy), "USD")).isEqualTo(policy);
        assertThat(PolicyDifference.between(IN_FORCE.among("p1", read("[" + ACME + "]")), policy))
                .extracting(PolicyDifference::toString)
                .containsExactly(
                        "aggregators.acme.daily_cap: 0 -> 100", "aggregators.acme.pacing_share_per_hour: 0.29");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"enabled\": true,|''|aggregators[1]: enabled is missing",
                "\"enabled\": true|\"enabled\": null|aggregators[1]: enabled is missing",
                "\"enabled\": true|\"enabled\": \"yes\"|aggregators[1]: enabled must be true or false, got \"yes\"",
                "\"enabled\": true|\"enabled\": true, \"floor\": 1|aggregators[1]: there is no field floor",
                "\"enabled\": true|\"enabled\": true, \"enabled\": false|it is not JSON: Duplicate field 'enabled'",
                "\"timeout_ms\": 200|\"timeout_ms\": \"200\"|aggregators[1]: timeout_ms must be a whole number",
                "\"timeout_ms\": 200|\"timeout_ms\": 200.7|aggregators[1]: timeout_ms must be a whole number",
                "\"timeout_ms\": 200|\"timeout_ms\": 5000000000|timeout_ms must be a whole number below 2^31",
                "\"timeout_ms\": 200|\"timeout_ms\": 0|aggregator acme: timeout_ms is between 1 and 60000, not 0",
                "\"timeout_ms\": 200|\"timeout_ms\": 60001|timeout_ms is between 1 and 60000, not 60001",
                "\"daily_cap\": 0|\"daily_cap\": -1|aggregator acme: daily_cap is 0, which is none, or more, not -1",
                "\"daily_cap\": 0|\"daily_cap\": 0, \"pacing_share_per_hour\": 0.1|is a share of daily_cap, of which there is none",
                "\"daily_cap\": 0|\"daily_cap\": 9, \"pacing_share_per_hour\": 0.1|aggregator acme: pacing_share_per_hour 0.1 of daily_cap 9 is less than one fill an hour",
                "\"daily_cap\": 0|\"daily_cap\": 9, \"pacing_share_per_hour\": 1.5|acme: pacing_share_per_hour is above 0 and at most 1, or left out, not 1.5",
                "\"daily_cap\": 0|\"daily_cap\": 9, \"pacing_share_per_hour\": -1|acme: pacing_share_per_hour is above 0",
                "\"daily_cap\": 0|\"daily_cap\": 9, \"pacing_share_per_hour\": \"1\"|aggregators[1]: pacing_share_per_hour must be a number, got \"1\"",
                "\"waterfall_rank\": 1|\"waterfall_rank\": 0|aggregator acme: waterfall_rank is at least 1, not 0",
                "4000000,|-1,|aggregator acme: contract_price_micros is not negative, got -1",
                "\"USD\"|\"usd\"|aggregator acme: currency is an ISO-4217 code such as EUR, not usd",
                "\"USD\"|\"EUR\"|aggregator acme: currency is EUR, but money is counted in USD",
                "\"acme\"|\" acme\"|an aggregator needs an aggregator_id of 1 to 128 characters",
                "\"acme\"|\"\"|an aggregator needs an aggregator_id of 1 to 128 characters",
                "\"acme\"|7|aggregators[1]: aggregator_id must be text, got 7",
                "\"acme\"|\"bolt\"|aggregators: aggregator_id bolt stands twice",
                "127.0.0.1|bid_server|aggregators[1], aggregator acme: endpoint must be an http or https URL"
            })
    void aSlipIsRefusedWithPlaceFieldAndReason(String right, String wrong, String reason) {
        String json = "[" + ACME.replace("\"acme\"", "\"bolt\"") + ",\n" + ACME.replaceFirst(right, wrong) + "]";
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|expected a JSON array of objects",
                "null|expected a JSON array of objects",
                "''|expected a JSON array of objects",
                "[null]|aggregators[0]: expected an object, got null",
                "[] []|it is not JSON",
                "[|it is not JSON"
            })
    void whatIsNoListIsRefused(String json, String reason) {
        assertThatThrownBy(() -> read(json)).hasMessageContaining(reason);
    }

    private static final PolicyDocument IN_FORCE = new PolicyDocument(
            "p1",
            false,
            new Exploration(40, 0.02),
            0.02,
            List.of(new AggregatorTerms(
                    "bolt", "http://127.0.0.1:9000/bid", true, 1, 4_000_000, 40_000_000, 0, 200, "USD")),
            Map.of("bolt", 7L),
            new ArtifactRef("m1", "model-files/m1/model.json", "0"));

    private static PolicyDocument edit(String json) {
        return PolicyFile.edit(IN_FORCE, json.getBytes(StandardCharsets.UTF_8), "USD");
    }

    @Test
    void aPolicyAsItStandsChangesNothing() {
        assertThat(PolicyFile.edit(IN_FORCE, ContractJson.bytes(IN_FORCE), "USD"))
                .isEqualTo(IN_FORCE);
        assertThat(edit("{}")).isEqualTo(IN_FORCE);
    }

    @Test
    void aListReplacesTheAggregatorsAndAnObjectTheFieldsThatItHas() {
        assertThat(edit("[" + ACME + "]")).isEqualTo(IN_FORCE.among("p1", read("[" + ACME + "]")));
        assertThat(edit("{\"kill_switch\": true}")).isEqualTo(IN_FORCE.killed("p1", true));
        PolicyDocument other = edit("{\"exploration\": {\"gamma\": 7, \"floor\": 0.1}, \"probe_share\": 1}");
        assertThat(other.exploration()).isEqualTo(new Exploration(7, 0.1));
        assertThat(other.probeShare()).isEqualTo(1);
        assertThat(PolicyDifference.between(IN_FORCE, other))
                .extracting(PolicyDifference::toString)
                .containsExactly(
                        "exploration.floor: 0.02 -> 0.1", "exploration.gamma: 40.0 -> 7.0", "probe_share: 0.02 -> 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"policy_version\": \"p0\"}|policy_version: the file was made from \"p0\", but \"p1\" is in force",
                "{\"kill-switch\": true}|policy: there is no field kill-switch",
                "{\"kill_switch\": \"on\"}|policy: kill_switch must be true or false",
                "{\"probe_share\": 1.5}|probe_share lies in [0, 1], got 1.5",
                "{\"probe_share\": \"1\"}|policy: probe_share must be a number",
                "{\"exploration\": {\"gamma\": 1}}|exploration: floor is missing",
                "{\"exploration\": {\"gamma\": 1, \"floor\": 1}}|floor in [0, 1)",
                "{\"model\": {\"version\": \"m2\"}}|model is what nights found",
                "{\"measured_ecpm_micros\": {}}|measured_ecpm_micros is what nights found",
                "{\"aggregators\": [{}]}|aggregators[0]: aggregator_id is missing",
                "{\"aggregators\": null}|aggregators: expected a JSON array"
            })
    void anEditThatIsNotOneIsRefused(String json, String reason) {
        assertThatThrownBy(() -> edit(json)).hasMessageContaining(reason);
    }

    @Test
    void differencesNameAggregatorsAndNotTheirPlaces() {
        PolicyDocument both = IN_FORCE.among(
                "p2",
                List.of(read("[" + ACME + "]").get(0), IN_FORCE.aggregators().get(0)));
        PolicyDocument without =
                IN_FORCE.among("p3", List.of(both.aggregators().get(1).enabled(false)));
        assertThat(PolicyDifference.between(IN_FORCE, both))
                .extracting(PolicyDifference::field)
                .containsExactly("aggregators.acme");
        assertThat(PolicyDifference.between(both, without))
                .extracting(PolicyDifference::toString)
                .satisfies(all ->
                        assertThat(all.get(0)).startsWith("aggregators.acme: {").endsWith("-> removed"))
                .element(1)
                .isEqualTo("aggregators.bolt.enabled: true -> false");
        assertThat(PolicyDifference.between(null, IN_FORCE))
                .extracting(PolicyDifference::field)
                .contains("kill_switch", "aggregators.bolt");
    }
}
