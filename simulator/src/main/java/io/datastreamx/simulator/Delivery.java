package io.datastreamx.simulator;

/** An ad that reached its box; {@code priceMicros} is the CPM price, micro-units. */
record Delivery(String requestId, String aggregatorId, String adId, long priceMicros) {}
