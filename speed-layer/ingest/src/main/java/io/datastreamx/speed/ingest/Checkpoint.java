package io.datastreamx.speed.ingest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.contract.table.Table;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.kafka.KafkaFailure;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
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

    /** Reads who this checkpoint is; gives a new one its identity first. */
    CheckpointIdentity identity(SparkSession spark, KafkaClients kafka) {
        String file = uri + "/identity.json";
        if (!lake.files().exists(file)) {
            if (lake.files().exists(uri + "/offsets")) {
                throw new IllegalStateException("the checkpoint " + uri
                        + " was made by another program; delete the folder, ingest then goes on from the ledger");
            }
            CheckpointIdentity fresh = fresh(spark, kafka);
            lake.files().write(file, fresh.toJson());
            LOG.info(
                    "new checkpoint {} begins with batch {}, offsets {}",
                    fresh.appId(),
                    fresh.firstBatch(),
                    fresh.startingOffsets());
        }
        return CheckpointIdentity.fromJson(lake.files().read(file));
    }

    private CheckpointIdentity fresh(SparkSession spark, KafkaClients kafka) {
        Optional<LedgerEntry> last = new Ledger(lake).last();
        long lastComplete = last.map(LedgerEntry::batch).orElse(-1L);
        String offsets = last.map(entry -> startAfter(entry, kafka)).orElse("earliest");
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
     * Where the ledger ends, for every partition there is now; partitions that it does not know are read from their
     * beginning.
     */
    private static String startAfter(LedgerEntry last, KafkaClients kafka) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        partitions(kafka).forEach((topic, description) -> {
            ObjectNode offsets = json.putObject(topic);
            description.partitions().forEach(partition -> {
                var known = last.offsets().get(topic + "-" + partition.partition());
                offsets.put(String.valueOf(partition.partition()), known == null ? EARLIEST : known.end());
            });
        });
        return json.toString();
    }

    /**
     * @throws IllegalStateException where Kafka cannot be reached, refuses the sign-in or lacks a topic, saying what to
     *     do
     */
    static Map<String, TopicDescription> partitions(KafkaClients kafka) {
        try (Admin admin = kafka.admin("partitions")) {
            return admin.describeTopics(
                            Arrays.stream(Topic.values()).map(Topic::topicName).toList())
                    .allTopicNames()
                    .get();
        } catch (ExecutionException | KafkaException e) {
            String reason = (e instanceof ExecutionException ? e.getCause() : e).getMessage();
            throw KafkaFailure.explain(
                    kafka.kafka(), e, "cannot ask Kafka at " + kafka.kafka() + " for its partitions: " + reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Kafka for its partitions", e);
        }
    }
}
