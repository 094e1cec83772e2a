package io.datastreamx.speed.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.SparkCheckpoint;
import io.datastreamx.process.Notice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingest query's checkpoint folder, and how a new one takes over where the ledger ends. */
final class Checkpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
    /** How Spark writes "from the beginning" in offsets as JSON. */
    private static final long EARLIEST = -2;

    private final String uri;
    private final Lake lake;

    Checkpoint(String uri, Lake lake) {
        this.uri = uri;
        this.lake = lake;
    }

    String uri() {
        return uri;
    }

    OffsetLog offsetLog() {
        return new OffsetLog(lake.files(), uri);
    }

    /**
     * Reads who this checkpoint is; gives a new one its identity first. A checkpoint of another log is deleted: its
     * offsets mean nothing here, and all that it stood for is in the ledger.
     *
     * @param shape of the log that the batches will be read from
     */
    CheckpointIdentity identity(SparkSession spark, KafkaLog.Shape shape) {
        String file = uri + "/identity.json";
        Set<String> replaced = replaced(shape);
        if (!replaced.isEmpty()) {
            Notice.tell(new LogReplacedException(replaced).getMessage());
            lake.files().deleteFolder(uri);
        } else if (lake.files().exists(file)) {
            return CheckpointIdentity.fromJson(file, read(file));
        } else if (lake.files().exists(uri + "/offsets")) {
            throw DamagedCheckpointException.of(file, null);
        }
        CheckpointIdentity fresh = fresh(spark, shape, replaced);
        lake.files().write(file, fresh.toJson());
        lake.files().write(lake.ingestedLogUri(), ContractJson.bytes(shape.identity()));
        LOG.info(
                "new checkpoint {} begins with batch {}, offsets {}",
                fresh.appId(),
                fresh.firstBatch(),
                fresh.startingOffsets());
        return fresh;
    }

    /** A local file system that keeps checksums refuses a damaged file before anyone can look at it. */
    private byte[] read(String file) {
        try {
            return lake.files().read(file);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof ChecksumException ? DamagedCheckpointException.of(file, e) : e;
        }
    }

    /** The first file that is damaged, as far as one is. */
    Optional<String> damagedFile() {
        return new SparkCheckpoint(lake.files(), uri)
                .damage().stream().map(SparkCheckpoint.Damage::file).findFirst();
    }

    /** Topics that are not those whose offsets the ledger holds; a lost checkpoint must not hide it. */
    private Set<String> replaced(KafkaLog.Shape shape) {
        String file = lake.ingestedLogUri();
        if (!lake.files().exists(file)) {
            return Set.of();
        }
        try {
            return shape.identity().changedSince(ContractJson.MAPPER.readValue(read(file), KafkaLog.Identity.class));
        } catch (IOException e) {
            throw DamagedCheckpointException.of(file, e);
        }
    }

    private CheckpointIdentity fresh(SparkSession spark, KafkaLog.Shape shape, Set<String> replaced) {
        Optional<LedgerEntry> last = new Ledger(lake).last();
        long lastComplete = last.map(LedgerEntry::batch).orElse(-1L);
        String offsets = last.map(entry -> startAfter(entry, shape, replaced)).orElse("earliest");
        return new CheckpointIdentity("ingest-" + UUID.randomUUID(), lastWritten(spark, lastComplete) + 1, offsets);
    }

    /**
     * Batches that were begun but never completed keep their numbers: what they left behind must not be taken for a
     * later batch.
     */
    private long lastWritten(SparkSession spark, long lastComplete) {
        long last = lastComplete;
        for (Table table : List.of(Table.EVENTS, Table.LIVE, Table.DEAD_LETTERS)) {
            if (lake.table(table).isEmpty()) {
                // As on every first start, of which three Spark queries for nothing would be the longest part.
                continue;
            }
            Object begun = spark.read()
                    .format("delta")
                    .load(lake.uri(table))
                    .where(functions.col("ingest_batch").gt(lastComplete))
                    .agg(functions.max("ingest_batch"))
                    .first()
                    .get(0);
            last = begun == null ? last : Math.max(last, (Long) begun);
        }
        return last;
    }

    /**
     * Where the ledger ends, for every partition there is now; partitions that it does not know, and those of topics
     * that were made anew, are read from their beginning.
     */
    private static String startAfter(LedgerEntry last, KafkaLog.Shape shape, Set<String> replaced) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        shape.partitions().forEach((topic, partitions) -> {
            ObjectNode offsets = json.putObject(topic);
            for (int partition : partitions) {
                var known = replaced.contains(topic) ? null : last.offsets().get(topic + "-" + partition);
                offsets.put(String.valueOf(partition), known == null ? EARLIEST : known.end());
            }
        });
        return json.toString();
    }
}
