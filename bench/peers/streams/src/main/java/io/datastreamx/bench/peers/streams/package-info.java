/** The peer that counts with Kafka Streams. */
package io.datastreamx.bench.peers.streams;
