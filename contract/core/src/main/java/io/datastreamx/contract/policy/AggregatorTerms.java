package io.datastreamx.contract.policy;

import io.datastreamx.contract.event.FieldType;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * An aggregator as data: where to reach it and on what terms.
 *
 * @param aggregatorId its name in events and reports
 * @param endpoint OpenRTB 2.6 bid URL
 * @param enabled whether it may be chosen
 * @param waterfallRank place in the configured order, from 1, used where neither a model nor a measurement speaks
 * @param contractPriceMicros usual CPM price, micro-units
 * @param maxPriceMicros highest CPM price it pays, at most {@link FieldType#MAX_PRICE_MICROS}, since no event can tell
 *     of a higher one; below a request's floor it is not asked
 * @param dailyCap impressions it takes a day (UTC); 0 is unlimited
 * @param timeoutMs longest wait for one answer, milliseconds
 * @param currency ISO-4217 currency of its contract
 */
public record AggregatorTerms(
        String aggregatorId,
        String endpoint,
        boolean enabled,
        int waterfallRank,
        long contractPriceMicros,
        long maxPriceMicros,
        long dailyCap,
        int timeoutMs,
        String currency) {
    public AggregatorTerms {
        if (aggregatorId == null || aggregatorId.isBlank() || endpoint == null || currency == null) {
            throw new IllegalArgumentException(
                    "an aggregator needs aggregator_id, endpoint and currency: " + aggregatorId);
        }
        if (!isHttp(endpoint)) {
            throw new IllegalArgumentException("aggregator " + aggregatorId
                    + ": endpoint must be an http or https URL with a host, not " + endpoint);
        }
        if (timeoutMs <= 0 || contractPriceMicros < 0 || maxPriceMicros < contractPriceMicros || dailyCap < 0) {
            throw new IllegalArgumentException(
                    "aggregator " + aggregatorId
                            + ": timeout_ms must be above 0, prices and cap not negative, max_price_micros not below contract_price_micros");
        }
        if (maxPriceMicros > FieldType.MAX_PRICE_MICROS) {
            throw new IllegalArgumentException("aggregator " + aggregatorId + ": max_price_micros is at most "
                    + FieldType.MAX_PRICE_MICROS + ", which is what an event can hold, not " + maxPriceMicros);
        }
    }

    private static boolean isHttp(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
