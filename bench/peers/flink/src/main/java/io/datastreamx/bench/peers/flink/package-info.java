/** The peer that counts with Flink. */
package io.datastreamx.bench.peers.flink;
