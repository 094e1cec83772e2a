package io.datastreamx.contract.policy;

import io.datastreamx.contract.event.FieldType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * An aggregator as data: where to reach it and on what terms. One that exists is valid, whoever has read it.
 *
 * @param aggregatorId its name in events and reports: 1 to 128 characters without control characters, and no blank at
 *     either end
 * @param endpoint OpenRTB 2.6 bid URL: absolute, http or https, with a host; its scheme is kept in small letters
 * @param enabled whether it may be chosen
 * @param waterfallRank place in the configured order, from 1, used where neither a model nor a measurement speaks
 * @param contractPriceMicros usual CPM price, micro-units
 * @param maxPriceMicros highest CPM price it pays, at most {@link FieldType#MAX_PRICE_MICROS}, since no event can tell
 *     of a higher one; below a request's floor it is not asked
 * @param dailyCap ads that it sells us in a day (UTC), counted as fills, each at the time when it was asked; 0 is
 *     unlimited
 * @param timeoutMs longest wait for one answer, milliseconds, 1 to {@link #MAX_TIMEOUT_MS}
 * @param currency ISO-4217 currency of its contract
 * @param pacingSharePerHour share of {@code dailyCap}, above 0 and at most 1, that it may fill in one hour (UTC); null
 *     is no pacing
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
        String currency,
        Double pacingSharePerHour) {
    /** No box waits longer for an ad. */
    public static final int MAX_TIMEOUT_MS = 60_000;

    private static final Pattern ID = Pattern.compile("[^\\s\\p{Cntrl}](?:[^\\p{Cntrl}]{0,126}[^\\s\\p{Cntrl}])?");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public AggregatorTerms {
        if (aggregatorId == null || !ID.matcher(aggregatorId).matches()) {
            throw new IllegalArgumentException(
                    "an aggregator needs an aggregator_id of 1 to 128 characters, without control characters and blanks at its ends, got "
                            + aggregatorId);
        }
        try {
            endpoint = BidUrl.checked(endpoint);
        } catch (IllegalArgumentException e) {
            throw refused(
                    aggregatorId,
                    "endpoint must be an http or https URL with a host, not " + endpoint + ": " + e.getMessage());
        }
        if (waterfallRank < 1) {
            throw refused(aggregatorId, "waterfall_rank is at least 1, not " + waterfallRank);
        }
        if (contractPriceMicros < 0) {
            throw refused(aggregatorId, "contract_price_micros is not negative, got " + contractPriceMicros);
        }
        if (maxPriceMicros < contractPriceMicros) {
            throw refused(
                    aggregatorId,
                    "max_price_micros is not below contract_price_micros, which is " + contractPriceMicros + ", got "
                            + maxPriceMicros);
        }
        if (maxPriceMicros > FieldType.MAX_PRICE_MICROS) {
            throw refused(
                    aggregatorId,
                    "max_price_micros is at most " + FieldType.MAX_PRICE_MICROS
                            + ", which is what an event can hold, not " + maxPriceMicros);
        }
        if (dailyCap < 0) {
            throw refused(aggregatorId, "daily_cap is 0, which is none, or more, not " + dailyCap);
        }
        if (timeoutMs < 1 || timeoutMs > MAX_TIMEOUT_MS) {
            throw refused(aggregatorId, "timeout_ms is between 1 and " + MAX_TIMEOUT_MS + ", not " + timeoutMs);
        }
        if (currency == null || !CURRENCY.matcher(currency).matches()) {
            throw refused(aggregatorId, "currency is an ISO-4217 code such as EUR, not " + currency);
        }
        if (pacingSharePerHour != null) {
            if (!(pacingSharePerHour > 0 && pacingSharePerHour <= 1)) {
                throw refused(
                        aggregatorId,
                        "pacing_share_per_hour is above 0 and at most 1, or left out, not " + pacingSharePerHour);
            }
            if (dailyCap == 0) {
                throw refused(aggregatorId, "pacing_share_per_hour is a share of daily_cap, of which there is none");
            }
            if (paced(dailyCap, pacingSharePerHour) == 0) {
                throw refused(
                        aggregatorId,
                        "pacing_share_per_hour " + pacingSharePerHour + " of daily_cap " + dailyCap
                                + " is less than one fill an hour");
            }
        }
    }

    /** Without pacing. */
    public AggregatorTerms(
            String aggregatorId,
            String endpoint,
            boolean enabled,
            int waterfallRank,
            long contractPriceMicros,
            long maxPriceMicros,
            long dailyCap,
            int timeoutMs,
            String currency) {
        this(
                aggregatorId,
                endpoint,
                enabled,
                waterfallRank,
                contractPriceMicros,
                maxPriceMicros,
                dailyCap,
                timeoutMs,
                currency,
                null);
    }

    /** Most fills of one hour (UTC); 0 is unlimited. */
    public long hourlyCap() {
        return pacingSharePerHour == null ? 0 : paced(dailyCap, pacingSharePerHour);
    }

    /** By the share as it is written: in binary, 0.29 of 100 would be 28. */
    private static long paced(long dailyCap, double share) {
        return BigDecimal.valueOf(share)
                .multiply(BigDecimal.valueOf(dailyCap))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
    }

    /** The same, to be chosen or not. */
    public AggregatorTerms enabled(boolean now) {
        return new AggregatorTerms(
                aggregatorId,
                endpoint,
                now,
                waterfallRank,
                contractPriceMicros,
                maxPriceMicros,
                dailyCap,
                timeoutMs,
                currency,
                pacingSharePerHour);
    }

    private static IllegalArgumentException refused(String aggregatorId, String reason) {
        return new IllegalArgumentException("aggregator " + aggregatorId + ": " + reason);
    }
}
