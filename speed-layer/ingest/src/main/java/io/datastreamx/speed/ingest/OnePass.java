package io.datastreamx.speed.ingest;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Rejection;
import io.datastreamx.contract.event.ResponseOutcome;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.measure.RollupCells;
import io.datastreamx.contract.privacy.KeyRing;
import io.datastreamx.contract.table.Table;
import io.datastreamx.speed.ingest.PassResult.Gap;
import io.datastreamx.speed.ingest.PassResult.PartitionCount;
import io.datastreamx.speed.ingest.PassResult.WrittenFile;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What a task does with the records of its topic partitions, in one pass: read, validate, judge against the index of
 * the partition, write to the raw log, add to the few cells that each event touches. The driver gets counts and names
 * of files. A function of the offsets and of earlier batches, so tried again it does the same.
 */
final class OnePass implements FlatMapFunction<Iterator<InternalRow>, PassResult> {
    private static final long serialVersionUID = 1L;
    /** Columns of Spark's Kafka source. */
    private static final int KEY = 0;

    private static final int VALUE = 1;
    private static final int TOPIC = 2;
    private static final int PARTITION = 3;
    private static final int OFFSET = 4;
    private static final int TIMESTAMP = 5;

    /** Cells that a task holds in memory at most; more are written and begun anew. */
    private static final int MAX_CELLS = 200_000;

    private static final int NO_DAY = -1;

    private final Assignment assignment;
    private final KeyRing keys;
    private final String currency;

    OnePass(Assignment assignment, KeyRing keys, String currency) {
        this.assignment = assignment;
        this.keys = keys;
        this.currency = currency;
    }

    @Override
    public Iterator<PassResult> call(Iterator<InternalRow> records) throws IOException {
        if (!records.hasNext()) {
            return List.<PassResult>of().iterator();
        }
        try (Task task = new Task(assignment, keys, currency)) {
            while (records.hasNext()) {
                task.take(records.next());
            }
            return List.of(task.finish()).iterator();
        }
    }

    /** Where a row goes. */
    private record Target(Table table, int day) {}

    /** One attempt of one task. */
    private static final class Task implements AutoCloseable {
        private final Assignment assignment;
        private final EventValidator validator;
        private final EventIdentity.Hasher identities;
        private final EventRow event;
        private final DeadLetter letters;
        private final RollupCells cells;
        private final Map<Target, TableFile> files = new HashMap<>();
        private final List<PartitionCount> counts = new ArrayList<>();
        private Reading reading;

        Task(Assignment assignment, KeyRing keys, String currency) {
            this.assignment = assignment;
            this.validator = new EventValidator(currency);
            this.identities = new EventIdentity.Hasher(keys);
            this.event = new EventRow(assignment.batch(), keys);
            this.letters = new DeadLetter(assignment.batch(), keys);
            this.cells = new RollupCells();
        }

        void take(InternalRow record) throws IOException {
            UTF8String topic = record.getUTF8String(TOPIC);
            int partition = record.getInt(PARTITION);
            if (reading == null || !reading.isOf(topic, partition)) {
                endPartition();
                reading = new Reading(assignment, topic.clone(), partition);
            }
            long offset = record.getLong(OFFSET);
            long appendMicros = record.getLong(TIMESTAMP);
            reading.at(offset, appendMicros / 1_000);
            byte[] value = record.isNullAt(VALUE) ? null : record.getBinary(VALUE);
            Validated validated = validator.validate(reading.source(), value);
            if (validated instanceof Validated.Accepted accepted) {
                accept(accepted.event(), offset, appendMicros);
            } else if (validated instanceof Validated.Rejected rejected) {
                refuse(rejected.rejection(), record.isNullAt(KEY) ? null : record.getBinary(KEY), value, appendMicros);
            }
        }

        PassResult finish() throws IOException {
            endPartition();
            if (cells.size() > 0) {
                drainCells();
            }
            Map<Table, List<WrittenFile>> written = new EnumMap<>(Table.class);
            for (Map.Entry<Target, TableFile> file : files.entrySet()) {
                written.computeIfAbsent(file.getKey().table(), any -> new ArrayList<>())
                        .add(file.getValue().finish());
            }
            files.clear();
            return new PassResult(SparkEnv.get().executorId(), counts, written);
        }

        private void accept(Event valid, long offset, long appendMicros) throws IOException {
            EventIdentity identity = identities.of(valid);
            DuplicateIndex.Verdict verdict = reading.judge(identity);
            boolean duplicate = verdict == DuplicateIndex.Verdict.DUPLICATE;
            event.fill(valid, identity, duplicate, reading.topic(), reading.partition(), offset, appendMicros);
            reading.price(event, duplicate);
            file(Table.EVENTS, event.day()).write(event.row());
            if (!duplicate) {
                event.addTo(cells);
                if (cells.size() >= MAX_CELLS) {
                    drainCells();
                }
            }
        }

        private void refuse(Rejection rejection, byte[] key, byte[] value, long appendMicros) throws IOException {
            file(Table.DEAD_LETTERS, NO_DAY).write(letters.row(rejection, reading, key, value, appendMicros));
            reading.refused();
        }

        private void drainCells() throws IOException {
            cells.drainTo(new LiveRows(file(Table.LIVE, NO_DAY), assignment.batch()));
        }

        private void endPartition() {
            if (reading != null) {
                counts.add(reading.end());
                reading = null;
            }
        }

        /** Each attempt of a task writes files of its own; those of attempts that failed nobody names. */
        private TableFile file(Table table, int day) throws IOException {
            Target target = new Target(table, day);
            TableFile open = files.get(target);
            if (open == null) {
                TaskContext context = TaskContext.get();
                String name = "part-%05d-%d%s.parquet"
                        .formatted(
                                context.partitionId(),
                                context.taskAttemptId(),
                                table.isByDay() ? "-" + LocalDate.ofEpochDay(day) : "");
                open = new TableFile(
                        table,
                        assignment.folder(table) + "/" + name,
                        day,
                        assignment.lake().hadoop(),
                        table == Table.EVENTS ? Set.of("append_time", "event_time", Rollup.COUNTED_TIME) : Set.of());
                files.put(target, open);
            }
            return open;
        }

        @Override
        public void close() throws IOException {
            for (TableFile file : files.values()) {
                file.close();
            }
        }
    }

    /** One topic partition while it is read. */
    static final class Reading {
        private final UTF8String topic;
        private final Topic source;
        private final PartitionRange range;
        private final PartitionIndex index;
        private final List<Gap> gaps = new ArrayList<>();
        private long expected;
        private long offset;
        private long appendMs;
        private long minAppendMs = Long.MAX_VALUE;
        private long maxAppendMs = Long.MIN_VALUE;
        private long accepted;
        private long duplicates;
        private long quarantined;
        private long reusedIds;

        /** @param topic its bytes stay as they are */
        Reading(Assignment assignment, UTF8String topic, int partition) {
            this.topic = topic;
            this.source = Topic.named(topic.toString()).orElseThrow();
            this.range = assignment.range(topic.toString(), partition);
            this.index = PartitionIndexes.of(assignment, range);
            this.expected = range.start();
        }

        boolean isOf(UTF8String otherTopic, int partition) {
            return range.partition() == partition && topic.equals(otherTopic);
        }

        Topic source() {
            return source;
        }

        String topic() {
            return range.topic();
        }

        int partition() {
            return range.partition();
        }

        long offset() {
            return offset;
        }

        void at(long nextOffset, long nextAppendMs) {
            if (nextOffset > expected) {
                gaps.add(new Gap(expected, nextOffset));
            }
            expected = nextOffset + 1;
            offset = nextOffset;
            appendMs = nextAppendMs;
            minAppendMs = Math.min(minAppendMs, nextAppendMs);
            maxAppendMs = Math.max(maxAppendMs, nextAppendMs);
        }

        DuplicateIndex.Verdict judge(EventIdentity identity) {
            DuplicateIndex.Verdict verdict = index.identities().judge(identity, appendMs);
            switch (verdict) {
                case DUPLICATE -> duplicates++;
                case NEW -> accepted++;
                case NEW_WITH_USED_ID -> {
                    accepted++;
                    reusedIds++;
                }
            }
            return verdict;
        }

        /** Remembers a fill; gives a complete its price. */
        void price(EventRow event, boolean duplicate) {
            boolean fill = event.type() == EventType.RESPONSE
                    && ResponseOutcome.FILL.code().equals(event.text("outcome"));
            if (fill && !duplicate) {
                index.fills()
                        .filled(
                                event.text("request_id"),
                                event.text("aggregator_id"),
                                event.number("price_micros"),
                                appendMs);
            } else if (event.type() == EventType.COMPLETE) {
                event.price(index.fills().priceOf(event.text("request_id"), event.text("aggregator_id"), appendMs));
            }
        }

        void refused() {
            quarantined++;
        }

        PartitionCount end() {
            if (expected < range.end()) {
                gaps.add(new Gap(expected, range.end()));
            }
            return new PartitionCount(
                    range.name(), accepted, duplicates, quarantined, reusedIds, gaps, minAppendMs, maxAppendMs);
        }
    }
}
