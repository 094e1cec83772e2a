package io.datastreamx.kafka.policy;

import java.time.Instant;

/**
 * A record of the policy topic that did not come into force. What was in force stays.
 *
 * @param kind the record's key: policy, health or caps, if the writer kept to that
 * @param offset where it stands in the topic
 * @param what the record, or the policy that it names
 * @param reason what is wrong with it
 * @param at when it was refused
 * @param triedAgain whether a file could not be read for the moment; false where trying again is of no use
 */
public record Refusal(String kind, long offset, String what, String reason, Instant at, boolean triedAgain) {}
