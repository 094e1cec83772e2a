package io.datastreamx.verification;

import java.util.List;

/** The four combinations of dimensions that are kept aggregated, by the fields that they group on. */
enum Grouping {
    AGGREGATOR_CHANNEL("aggregator_id", "channel_id"),
    AGGREGATOR_REGION_DEVICE("aggregator_id", "region", "device_model"),
    AGGREGATOR_AD("aggregator_id", "ad_id"),
    PREVIOUS_CHANNEL_CHANNEL("previous_channel_id", "channel_id");

    private final List<String> fields;

    Grouping(String... fields) {
        this.fields = List.of(fields);
    }

    List<String> fields() {
        return fields;
    }
}
