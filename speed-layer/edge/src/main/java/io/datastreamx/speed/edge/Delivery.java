package io.datastreamx.speed.edge;

/**
 * An ad for a box.
 *
 * @param json the {@code ad_delivery} event as dispatch wrote it
 */
record Delivery(String deviceId, String requestId, byte[] json) {}
