package io.datastreamx.bench.peers.flink;

import io.datastreamx.bench.peers.PeerRun;
import io.datastreamx.process.Application;
import io.datastreamx.process.ExitCode;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.typeutils.ValueTypeInfo;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Live counting by Flink, exactly once: valid events, by identity the first of each, by cell added up; what has changed
 * goes to the output topic each second, in the transaction of the next checkpoint. State lives on the heap.
 */
public final class FlinkPeer {
    private static final TypeInformation<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;

    private FlinkPeer() {}

    public static void main(String[] args) {
        Application.run("flink-peer", application -> {
            PeerRun run = PeerRun.of(args);
            JobClient job = environment(run).executeAsync(run.name());
            job.getJobExecutionResult().whenComplete((result, failure) -> {
                if (failure != null && !application.stop().isRaised()) {
                    application.fail(failure);
                }
            });
            application.ready("flink-peer");
            application.awaitStop();
            job.cancel().get();
            return ExitCode.OK;
        });
    }

    private static StreamExecutionEnvironment environment(PeerRun run) throws Exception {
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.createLocalEnvironment(PeerRun.PARALLELISM, settings(run));
        TypeInformation<Tuple2<Long, Long>> identity = Types.TUPLE(Types.LONG, Types.LONG);
        TypeInformation<CellName> cell = new ValueTypeInfo<>(CellName.class);
        TypeInformation<Tuple2<CellName, byte[]>> byCell = Types.TUPLE(cell, BYTES);
        flink.fromSource(source(run), WatermarkStrategy.noWatermarks(), "events")
                .flatMap(new FlinkSteps.Validate(run.ring()))
                .returns(Types.TUPLE(Types.LONG, Types.LONG, BYTES))
                .keyBy(event -> Tuple2.of(event.f0, event.f1), identity)
                .process(new FlinkSteps.FirstOnly())
                .returns(byCell)
                .keyBy(event -> event.f0, cell)
                .process(new FlinkSteps.AddUp())
                .returns(byCell)
                .sinkTo(sink(run));
        return flink;
    }

    private static Configuration settings(PeerRun run) {
        Configuration settings = new Configuration();
        // A failure shows, where a restart would hide it.
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        settings.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(PeerRun.COMMIT_MS));
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, run.folder().toUri().toString());
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        // A type that would fall back to Kryo fails the job.
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        return settings;
    }

    private static KafkaSource<Tuple3<String, Long, byte[]>> source(PeerRun run) {
        return KafkaSource.<Tuple3<String, Long, byte[]>>builder()
                .setBootstrapServers(run.bootstrapServers())
                .setGroupId(run.name())
                .setTopics(PeerRun.topics())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new FlinkSteps.Raw())
                .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "10000")
                .setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(4 << 20))
                .build();
    }

    private static KafkaSink<Tuple2<CellName, byte[]>> sink(PeerRun run) {
        Properties producer = new Properties();
        producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "600000");
        producer.put(ProducerConfig.LINGER_MS_CONFIG, "100");
        producer.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 << 10));
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(64L << 20));
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        return KafkaSink.<Tuple2<CellName, byte[]>>builder()
                .setBootstrapServers(run.bootstrapServers())
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(run.name())
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(new FlinkSteps.Answer(run.output()))
                .build();
    }
}
