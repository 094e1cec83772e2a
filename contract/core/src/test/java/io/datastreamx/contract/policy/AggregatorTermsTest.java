package io.datastreamx.contract.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.event.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregatorTermsTest {
    @Test
    void aPriceThatNoEventCouldHoldIsRefused() {
        assertThat(terms(FieldType.MAX_PRICE_MICROS).maxPriceMicros()).isEqualTo(1_000_000_000_000L);
        assertThatThrownBy(() -> terms(FieldType.MAX_PRICE_MICROS + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aggregator acme: max_price_micros is at most 1000000000000")
                .hasMessageContaining("not 1000000000001");
    }

    @Test
    void aPriceBelowTheContractsIsRefused() {
        assertThatThrownBy(() -> terms(1_999_999)).hasMessageContaining("not below contract_price_micros");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9000/bid",
                "https://bids.acme.example",
                "http://bid-server:8080/a?b=c&d=%20",
                "http://[::1]:9000/bid",
                "http://127.0.0.1:65535/"
            })
    void anUrlThatAClientCanConnectToIsKept(String url) {
        assertThat(at(url).endpoint()).isEqualTo(url);
    }

    @Test
    void aSchemeIsKeptInSmallLetters() {
        assertThat(at("HTTP://Bids.Acme.example/Bid").endpoint()).isEqualTo("http://Bids.Acme.example/Bid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "http://bid_server:9000/bid|no underscore",
                "http://host/a b|index 13",
                " http://host/bid|index 0",
                "http://host/a{x}|index 13",
                "127.0.0.1:9000/bid|index 0",
                "host/bid|http:// or https://",
                "ftp://host/bid|http:// or https://",
                "file:///bid|http:// or https://",
                "http:/bid|no host",
                "http://:9000/bid|hostname",
                "http://host:99999/bid|port",
                "http://host:0/bid|port",
                "http://user:pw@host/bid|would not be sent",
                "http://host/bid#part|would not be sent"
            })
    void anUrlThatNobodyCouldBeAskedAtIsRefusedWithItsReason(String url, String reason) {
        assertThatThrownBy(() -> at(url))
                .hasMessageStartingWith(
                        "aggregator acme: endpoint must be an http or https URL with a host, not " + url)
                .hasMessageContaining(reason);
    }

    private static AggregatorTerms at(String endpoint) {
        return new AggregatorTerms("acme", endpoint, true, 1, 2_000_000, 4_000_000, 0, 200, "USD");
    }

    private static AggregatorTerms terms(long maxPriceMicros) {
        return new AggregatorTerms("acme", "http://127.0.0.1/bid", true, 1, 2_000_000, maxPriceMicros, 0, 200, "USD");
    }
}
