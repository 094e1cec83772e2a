package io.datastreamx.bench.peers.streams;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Decisions by Kafka Streams, at least once, with a commit as often as a router has a checkpoint. */
public final class StreamsDecider {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final int COMMIT_MS = 30_000;

    private StreamsDecider() {}

    public static void main(String[] args) {
        Application.run("streams-decider", application -> {
            DecidingRun run = DecidingRun.of(args);
            try (KafkaStreams streams = new KafkaStreams(topology(run.snapshot()), settings(run))) {
                streams.setUncaughtExceptionHandler(failure -> {
                    application.fail(failure);
                    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                });
                streams.setStateListener((now, before) -> {
                    if (now == KafkaStreams.State.RUNNING) {
                        application.ready("streams-decider");
                    }
                });
                streams.start();
                application.awaitStop();
                streams.close(CLOSE_WITHIN);
            }
            return ExitCode.OK;
        });
    }

    private static Topology topology(PolicySnapshot snapshot) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topic.AD_REQUESTS.topicName(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .process(() -> new Decide(snapshot))
                .to(Topic.AD_DECISIONS.topicName(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        return builder.build();
    }

    private static Properties settings(DecidingRun run) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                run.name(),
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                run.bootstrapServers(),
                StreamsConfig.STATE_DIR_CONFIG,
                run.folder().toString(),
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                DecidingRun.PARALLELISM,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                COMMIT_MS,
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
                "latest",
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                0,
                StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG),
                "1",
                StreamsConfig.producerPrefix(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG),
                false));
        return settings;
    }

    private static final class Decide implements Processor<byte[], byte[], byte[], byte[]> {
        private final PolicySnapshot snapshot;
        private final RequestDecider decider = new RequestDecider(DecidingRun.CURRENCY);
        private ProcessorContext<byte[], byte[]> context;

        Decide(PolicySnapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
        }

        @Override
        public void process(Record<byte[], byte[]> request) {
            Instant arrival = Instant.ofEpochMilli(request.timestamp());
            decider.decide(request.value(), arrival, Instant.now(), snapshot)
                    .ifPresent(decision ->
                            context.forward(request.withKey(decision.key()).withValue(decision.value())));
        }
    }
}
