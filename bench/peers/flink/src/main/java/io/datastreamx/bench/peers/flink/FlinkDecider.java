package io.datastreamx.bench.peers.flink;

import io.datastreamx.bench.peers.deciding.DecidingRun;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Decisions by Flink, at least once, with a checkpoint as often as a router has one. */
public final class FlinkDecider {
    private static final TypeInformation<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    private static final Duration CHECKPOINTS = Duration.ofSeconds(30);

    private FlinkDecider() {}

    public static void main(String[] args) {
        Application.run("flink-decider", application -> {
            DecidingRun run = DecidingRun.of(args);
            JobClient job = environment(run).executeAsync(run.name());
            job.getJobExecutionResult().whenComplete((result, failure) -> {
                if (failure != null && !application.stop().isRaised()) {
                    application.fail(failure);
                }
            });
            application.ready("flink-decider");
            application.awaitStop();
            job.cancel().get();
            return ExitCode.OK;
        });
    }

    private static StreamExecutionEnvironment environment(DecidingRun run) {
        Configuration settings = new Configuration();
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINTS);
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, run.folder().toUri().toString());
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.createLocalEnvironment(DecidingRun.PARALLELISM, settings);
        // A record goes on at once.
        flink.setBufferTimeout(0);
        flink.fromSource(source(run), WatermarkStrategy.noWatermarks(), "requests")
                .flatMap(new Decide(run.args().toArray(String[]::new)))
                .returns(Types.TUPLE(BYTES, BYTES))
                .sinkTo(sink(run));
        return flink;
    }

    private static KafkaSource<Tuple2<Long, byte[]>> source(DecidingRun run) {
        return KafkaSource.<Tuple2<Long, byte[]>>builder()
                .setBootstrapServers(run.bootstrapServers())
                .setGroupId(run.name())
                .setTopics(Topic.AD_REQUESTS.topicName())
                .setStartingOffsets(OffsetsInitializer.latest())
                .setDeserializer(new WithArrival())
                .build();
    }

    private static KafkaSink<Tuple2<byte[], byte[]>> sink(DecidingRun run) {
        Properties producer = new Properties();
        producer.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        producer.put(ProducerConfig.ACKS_CONFIG, "1");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false");
        return KafkaSink.<Tuple2<byte[], byte[]>>builder()
                .setBootstrapServers(run.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(new AsRecord())
                .build();
    }

    private static final class WithArrival implements KafkaRecordDeserializationSchema<Tuple2<Long, byte[]>> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> request, Collector<Tuple2<Long, byte[]>> out) {
            out.collect(Tuple2.of(request.timestamp(), request.value()));
        }

        @Override
        public TypeInformation<Tuple2<Long, byte[]>> getProducedType() {
            return Types.TUPLE(Types.LONG, BYTES);
        }
    }

    private static final class Decide extends RichFlatMapFunction<Tuple2<Long, byte[]>, Tuple2<byte[], byte[]>> {
        private static final long serialVersionUID = 1L;

        private final String[] run;
        private transient RequestDecider decider;
        private transient PolicySnapshot snapshot;

        Decide(String[] run) {
            this.run = run;
        }

        @Override
        public void open(OpenContext context) {
            decider = new RequestDecider(DecidingRun.CURRENCY);
            try {
                snapshot = DecidingRun.of(run).snapshot();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void flatMap(Tuple2<Long, byte[]> request, Collector<Tuple2<byte[], byte[]>> out) {
            decider.decide(request.f1, Instant.ofEpochMilli(request.f0), Instant.now(), snapshot)
                    .ifPresent(decision -> out.collect(Tuple2.of(decision.key(), decision.value())));
        }
    }

    private static final class AsRecord implements KafkaRecordSerializationSchema<Tuple2<byte[], byte[]>> {
        private static final long serialVersionUID = 1L;

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Tuple2<byte[], byte[]> decision, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(Topic.AD_DECISIONS.topicName(), decision.f0, decision.f1);
        }
    }
}
