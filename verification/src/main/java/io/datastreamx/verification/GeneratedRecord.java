package io.datastreamx.verification;

/** A record to publish. {@code value} is never null; it may be no JSON at all. */
public record GeneratedRecord(String topic, String key, byte[] value) {}
