package io.datastreamx.bench.peers.streams;

import io.datastreamx.bench.peers.EventReader;
import io.datastreamx.bench.peers.LiveCell;
import io.datastreamx.bench.peers.LiveEvent;
import io.datastreamx.bench.peers.PeerRun;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Live counting by Kafka Streams, exactly once (v2): valid events that are the first of their identity, repartitioned
 * by cell, added up in a table whose changes go to the output topic. Both stores are in memory with a changelog.
 */
public final class StreamsPeer {
    private static final String IDENTITIES = "identities";
    private static final String CELLS = "cells";
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final long CACHE_BYTES = 256L << 20;

    private StreamsPeer() {}

    public static void main(String[] args) {
        Application.run("streams-peer", application -> {
            PeerRun run = PeerRun.of(args);
            try (KafkaStreams streams = new KafkaStreams(topology(run), settings(run))) {
                streams.setUncaughtExceptionHandler(failure -> {
                    application.fail(failure);
                    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                });
                streams.start();
                application.ready("streams-peer");
                application.awaitStop();
                streams.close(CLOSE_WITHIN);
            }
            return ExitCode.OK;
        });
    }

    private static Topology topology(PeerRun run) throws Exception {
        KeyRing keys = run.ring();
        Serde<byte[]> bytes = Serdes.ByteArray();
        Serde<LiveCell> cells = Serdes.serdeFrom(
                (topic, cell) -> cell == null ? null : cell.toBytes(),
                (topic, data) -> data == null ? null : LiveCell.ofBytes(data));
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(PeerRun.topics(), Consumed.with(bytes, bytes))
                .processValues(new FirstsOnly(keys))
                .flatMap((device, event) -> event.cells().stream()
                        .map(cell -> KeyValue.pair(cell, event.contribution()))
                        .toList())
                .groupByKey(Grouped.with(CELLS, bytes, bytes))
                .aggregate(
                        LiveCell::new,
                        (key, contribution, cell) -> cell.add(contribution),
                        Materialized.<byte[], LiveCell>as(Stores.inMemoryKeyValueStore(CELLS))
                                .withKeySerde(bytes)
                                .withValueSerde(cells)
                                .withCachingEnabled())
                .toStream()
                .to(run.output(), Produced.with(bytes, cells));
        return builder.build();
    }

    private static Properties settings(PeerRun run) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                run.name(),
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                run.bootstrapServers(),
                StreamsConfig.STATE_DIR_CONFIG,
                run.folder().toString(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                PeerRun.PARALLELISM,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                PeerRun.COMMIT_MS,
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
                CACHE_BYTES,
                // Equal identities meet in one partition of one topic: the order between topics is of no matter.
                StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
                -1L));
        settings.putAll(Map.of(
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                10_000,
                StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
                4 << 20,
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
                "earliest",
                StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
                256 << 10,
                StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
                64L << 20,
                StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
                "lz4",
                // A machine that is busy with other work must not abort it.
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                60_000));
        return settings;
    }

    /** Lets the first valid event of each identity pass. */
    private record FirstsOnly(KeyRing keys) implements FixedKeyProcessorSupplier<byte[], byte[], LiveEvent> {
        @Override
        public FixedKeyProcessor<byte[], byte[], LiveEvent> get() {
            return new FirstOnly(new EventReader(keys));
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(
                            Stores.inMemoryKeyValueStore(IDENTITIES), Serdes.ByteArray(), Serdes.Long())
                    .withLoggingEnabled(Map.of()));
        }
    }

    private static final class FirstOnly extends ContextualFixedKeyProcessor<byte[], byte[], LiveEvent> {
        private final EventReader events;

        FirstOnly(EventReader events) {
            this.events = events;
        }

        @Override
        public void process(FixedKeyRecord<byte[], byte[]> message) {
            String topic = context().recordMetadata().orElseThrow().topic();
            KeyValueStore<byte[], Long> seen = context().getStateStore(IDENTITIES);
            events.read(topic, message.value(), message.timestamp())
                    .filter(event -> seen.putIfAbsent(event.identity().toBytes(), message.timestamp()) == null)
                    .ifPresent(event -> context().forward(message.withValue(event)));
        }
    }
}
