package io.datastreamx.bench.peers.flink;

import io.datastreamx.bench.peers.EventReader;
import io.datastreamx.bench.peers.LiveCell;
import io.datastreamx.bench.peers.LiveEvent;
import io.datastreamx.bench.peers.PeerRun;
import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.privacy.KeyRing;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The steps of {@link FlinkPeer}. Between them go longs and bytes, which Flink copies whole. */
final class FlinkSteps {
    private FlinkSteps() {}

    /** Topic, append time and value of a record. */
    static final class Raw implements KafkaRecordDeserializationSchema<Tuple3<String, Long, byte[]>> {
        private static final long serialVersionUID = 1L;

        @Override
        public void deserialize(
                ConsumerRecord<byte[], byte[]> message, Collector<Tuple3<String, Long, byte[]>> collected) {
            collected.collect(Tuple3.of(message.topic(), message.timestamp(), message.value()));
        }

        @Override
        public TypeInformation<Tuple3<String, Long, byte[]>> getProducedType() {
            return Types.TUPLE(Types.STRING, Types.LONG, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        }
    }

    /** Identity and event of each valid record. */
    static final class Validate extends RichFlatMapFunction<Tuple3<String, Long, byte[]>, Tuple3<Long, Long, byte[]>> {
        private static final long serialVersionUID = 1L;
        private final KeyRing keys;
        private transient EventReader events;

        Validate(KeyRing keys) {
            this.keys = keys;
        }

        @Override
        public void open(OpenContext context) {
            events = new EventReader(keys);
        }

        @Override
        public void flatMap(Tuple3<String, Long, byte[]> message, Collector<Tuple3<Long, Long, byte[]>> collected) {
            Optional<LiveEvent> valid = events.read(message.f0, message.f2, message.f1);
            if (valid.isPresent()) {
                LiveEvent event = valid.get();
                collected.collect(
                        Tuple3.of(event.identity().id(), event.identity().time(), event.toBytes()));
            }
        }
    }

    /** Cells and contribution of the first event of each identity. */
    static final class FirstOnly
            extends KeyedProcessFunction<Tuple2<Long, Long>, Tuple3<Long, Long, byte[]>, Tuple2<CellName, byte[]>> {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Boolean> seen;

        @Override
        public void open(OpenContext context) {
            seen = getRuntimeContext().getState(new ValueStateDescriptor<>("seen", Types.BOOLEAN));
        }

        @Override
        public void processElement(
                Tuple3<Long, Long, byte[]> message, Context context, Collector<Tuple2<CellName, byte[]>> collected)
                throws Exception {
            if (seen.value() == null) {
                seen.update(true);
                LiveEvent event = LiveEvent.of(new EventIdentity(message.f0, message.f1), message.f2);
                for (byte[] cell : event.cells()) {
                    collected.collect(Tuple2.of(new CellName(cell), event.contribution()));
                }
            }
        }
    }

    /** Each second, the cells that have changed. */
    static final class AddUp
            extends KeyedProcessFunction<CellName, Tuple2<CellName, byte[]>, Tuple2<CellName, byte[]>> {
        private static final long serialVersionUID = 1L;
        private static final long EVERY_MS = PeerRun.COMMIT_MS;
        private transient ValueState<LiveCell> cells;

        @Override
        public void open(OpenContext context) {
            cells = getRuntimeContext().getState(new ValueStateDescriptor<>("cell", new LiveCellSerializer()));
        }

        @Override
        public void processElement(
                Tuple2<CellName, byte[]> message, Context context, Collector<Tuple2<CellName, byte[]>> collected)
                throws Exception {
            LiveCell cell = cells.value();
            cells.update((cell == null ? new LiveCell() : cell).add(message.f1));
            long now = context.timerService().currentProcessingTime();
            context.timerService().registerProcessingTimeTimer((now / EVERY_MS + 1) * EVERY_MS);
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<Tuple2<CellName, byte[]>> collected)
                throws Exception {
            collected.collect(Tuple2.of(context.getCurrentKey(), cells.value().toBytes()));
        }
    }

    /** A cell as a record of the output topic. */
    static final class Answer implements KafkaRecordSerializationSchema<Tuple2<CellName, byte[]>> {
        private static final long serialVersionUID = 1L;
        private final String topic;

        Answer(String topic) {
            this.topic = topic;
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Tuple2<CellName, byte[]> cell, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(topic, cell.f0.bytes(), cell.f1);
        }
    }
}
