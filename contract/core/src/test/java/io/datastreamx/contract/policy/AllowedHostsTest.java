package io.datastreamx.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a policy lets us ask. */
class AllowedHostsTest {
    private static final List<String> HOSTS =
            List.of("bid.acme.example", "*.bolt.example", "http://127.0.0.1", "http://[::1]", "10.1.2.3");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://bid.acme.example/bid",
                "https://BID.acme.example:8443/bid",
                "https://eu.bolt.example/",
                "https://a.eu.bolt.example/",
                "http://127.0.0.1:8000/bid",
                "https://127.0.0.1/",
                "http://[::1]:9/",
                "https://10.1.2.3/"
            })
    void whatIsListedMayBeAsked(String endpoint) {
        assertTrue(refusal(endpoint).isEmpty(), () -> refusal(endpoint));
    }

    @ParameterizedTest
    @CsvSource({
        "https://acme.example/, host acme.example is not among allowed_hosts",
        "https://bid.acme.example.evil.example/, is not among allowed_hosts",
        "https://bolt.example/, is not among allowed_hosts",
        "https://evilbolt.example/, is not among allowed_hosts",
        "http://bid.acme.example/, it is not https",
        "http://eu.bolt.example/, it is not https",
        "http://localhost/, is not among allowed_hosts",
        "http://10.1.2.3/, it is not https",
        "http://169.254.169.254/, is not among allowed_hosts",
        "http://metadata.google.internal/, hands out keys"
    })
    void whatIsNotMayNot(String endpoint, String reason) {
        assertTrue(refusal(endpoint).contains(reason), () -> refusal(endpoint));
    }

    @Test
    void serversOfKeysAreNoAggregatorsWhateverIsListed() {
        assertTrue(policy(List.of("http://metadata.google.internal"), "http://metadata.google.internal/computeMetadata")
                .refusal(terms("http://metadata.google.internal/computeMetadata"))
                .isPresent());
    }

    @Test
    void onlyWhatIsListedWithoutTlsMayBeInANetworkOfOurOwn() {
        PolicyDocument policy = policy(HOSTS, "https://bid.acme.example/");
        assertTrue(policy.mayBePrivate(terms("http://127.0.0.1:1/")));
        assertTrue(!policy.mayBePrivate(terms("https://bid.acme.example/")));
        assertTrue(!policy.mayBePrivate(terms("https://10.1.2.3/")));
    }

    @Test
    void anEndpointSaysWhatAllowsIt() {
        for (String endpoint : List.of("https://Bid.Acme.example:1/x", "http://127.0.0.1:8000/", "http://[::1]:9/")) {
            List<String> hosts = List.of(AllowedHosts.entryFor(endpoint));
            assertTrue(policy(hosts, endpoint).refusal(terms(endpoint)).isEmpty(), hosts::toString);
        }
    }

    @Test
    void entriesAreKeptInOneForm() {
        assertEquals(
                List.of("a.example", "http://b.example"),
                policy(List.of("https://A.example", "http://b.example", "a.example"), "https://a.example/")
                        .allowedHosts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a.example/path", "a.example:80", "*", "ftp://a.example", "bid_server", "a.*.example"
            })
    void whatIsNoHostIsRefused(String entry) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> policy(List.of(entry), "https://a.example/"))
                .getMessage();
        assertTrue(message.startsWith("allowed_hosts: " + entry), message);
    }

    @Test
    void aPolicyWithoutAListIsNotBoundByOne() {
        assertTrue(policy(null, "http://anywhere.example/")
                .requireAllowed()
                .refusal(terms("http://anywhere.example/"))
                .isEmpty());
    }

    @Test
    void aFileIsRefusedWithAggregatorAndReason() {
        PolicyDocument inForce = policy(List.of("bid.acme.example"), "https://bid.acme.example/");
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> PolicyFile.edit(
                                inForce, "{\"allowed_hosts\": [\"other.example\"]}".getBytes(UTF_8), "USD"))
                .getMessage();
        assertTrue(message.contains("aggregator acme: endpoint https://bid.acme.example/"), message);
        assertTrue(message.contains("dsx policy allow bid.acme.example"), message);
        for (String wrong : List.of("\"a.example\"", "[1]", "{}")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PolicyFile.edit(inForce, ("{\"allowed_hosts\": " + wrong + "}").getBytes(UTF_8), "USD"),
                    wrong);
        }
        assertEquals(
                List.of("*.acme.example"),
                PolicyFile.edit(inForce, "{\"allowed_hosts\": [\"*.acme.example\"]}".getBytes(UTF_8), "USD")
                        .allowedHosts());
    }

    private static String refusal(String endpoint) {
        return policy(HOSTS, endpoint).refusal(terms(endpoint)).orElse("");
    }

    private static PolicyDocument policy(List<String> hosts, String endpoint) {
        return new PolicyDocument("p1", false, new Exploration(0, 0), 0, List.of(terms(endpoint)), Map.of(), null)
                .allowing("p1", hosts);
    }

    private static AggregatorTerms terms(String endpoint) {
        return new AggregatorTerms("acme", endpoint, true, 1, 1, 1, 0, 200, "USD");
    }
}
