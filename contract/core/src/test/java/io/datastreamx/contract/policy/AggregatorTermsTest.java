package io.datastreamx.contract.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.event.FieldType;
import org.junit.jupiter.api.Test;

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

    private static AggregatorTerms terms(long maxPriceMicros) {
        return new AggregatorTerms("acme", "http://127.0.0.1/bid", true, 1, 2_000_000, maxPriceMicros, 0, 200, "USD");
    }
}
