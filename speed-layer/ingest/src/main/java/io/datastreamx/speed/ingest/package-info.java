/**
 * Events from Kafka to the lake. {@link io.datastreamx.speed.ingest.IngestBatch} reads as the data flows: parse,
 * recognise duplicates, write the raw log, the partial aggregates and the dead letters, and the ledger row last.
 */
package io.datastreamx.speed.ingest;
