/** What the peers of ingest have in common: records become events, and events the cells of the rollups. */
package io.datastreamx.bench.peers;
