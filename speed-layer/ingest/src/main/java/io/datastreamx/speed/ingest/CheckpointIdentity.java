package io.datastreamx.speed.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What belongs to one checkpoint: the application id of all its writes, the batch number that Spark's batch 0 stands
 * for, and where it began. Batch numbers continue from the ledger when a checkpoint is lost, and no write is skipped
 * because an earlier checkpoint used its number.
 *
 * @param appId transaction application id
 * @param firstBatch ingest batch of Spark's batch 0
 * @param startingOffsets Spark's {@code startingOffsets}: {@code earliest}, or JSON
 */
record CheckpointIdentity(String appId, long firstBatch, String startingOffsets) {
    static CheckpointIdentity fromJson(String file, byte[] json) {
        try {
            CheckpointIdentity identity = ContractJson.MAPPER.readValue(json, CheckpointIdentity.class);
            if (identity.appId() == null) {
                throw DamagedCheckpointException.of(file, null);
            }
            return identity;
        } catch (JsonProcessingException e) {
            throw DamagedCheckpointException.of(file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] toJson() {
        return ContractJson.bytes(this);
    }

    long ingestBatch(long sparkBatchId) {
        return firstBatch + sparkBatchId;
    }
}
