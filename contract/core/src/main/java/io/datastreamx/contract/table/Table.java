package io.datastreamx.contract.table;

import static io.datastreamx.contract.table.Column.optional;
import static io.datastreamx.contract.table.Column.required;
import static io.datastreamx.contract.table.ColumnType.Primitive.BINARY;
import static io.datastreamx.contract.table.ColumnType.Primitive.BOOLEAN;
import static io.datastreamx.contract.table.ColumnType.Primitive.DOUBLE;
import static io.datastreamx.contract.table.ColumnType.Primitive.INT;
import static io.datastreamx.contract.table.ColumnType.Primitive.LONG;
import static io.datastreamx.contract.table.ColumnType.Primitive.STRING;
import static io.datastreamx.contract.table.ColumnType.Primitive.TIMESTAMP;

import io.datastreamx.contract.event.Context;
import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.event.Field;
import io.datastreamx.contract.event.FieldType;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.FillPrice;
import io.datastreamx.contract.measure.LatencyHistogram;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.List;

/** The tables of the lake: where each lives below the lake's root and what its columns are. All are Delta tables. */
public enum Table {
    /** The raw log: every valid event, duplicates flagged. The truth from which all else can be rebuilt. */
    EVENTS("events", eventColumns(), true),
    /** Partial aggregates of every rollup, one set per ingest batch. */
    LIVE("live", join(List.of(ingestBatch()), rollupColumns())),
    /** What did not pass validation: a reason and the encrypted bytes. */
    DEAD_LETTERS(
            "dead_letters",
            join(
                    List.of(ingestBatch()),
                    position(),
                    List.of(
                            required("reason", STRING, "Reason code."),
                            required("detail", STRING, "What was found where."),
                            required("size", LONG, "Bytes of the record."),
                            required("key_id", STRING, "The key that encrypts the bytes."),
                            optional("sealed_key", BINARY, "The record's Kafka key, AES-GCM, nonce first."),
                            required("sealed_bytes", BINARY, "The record's value, AES-GCM, nonce first.")))),
    /** One row per complete ingest batch, written last. */
    LEDGER(
            "ledger",
            List.of(
                    ingestBatch(),
                    required("app_id", STRING, "The checkpoint that wrote the batch."),
                    required("records_read", LONG, "Records read from Kafka."),
                    required("accepted", LONG, "Valid events that count."),
                    required("duplicate", LONG, "Valid events flagged as duplicates."),
                    required("quarantined", LONG, "Records refused."),
                    required(
                            "reused_ids",
                            LONG,
                            "Of the accepted, those whose device, type and id another event had used shortly before with another time."),
                    required(
                            "absent",
                            LONG,
                            "Offsets that held no record when they were read: markers of transactions, aborted and compacted records."),
                    required("lost", LONG, "Offsets whose records were deleted before they were read."),
                    optional(
                            "lost_ranges",
                            STRING,
                            "JSON: for each lost range partition, start, end, and the append times around it."),
                    required("offsets", STRING, "JSON: topic-partition to [start, end) of this batch."),
                    optional("min_append_time", TIMESTAMP, "Earliest Kafka append time in the batch."),
                    optional("max_append_time", TIMESTAMP, "Latest Kafka append time in the batch."),
                    required("completed_at", TIMESTAMP, "When the row was written."))),
    /** Batch aggregates of every rollup, of each day by the grain that the version says. */
    BATCH_ROLLUPS("batch/rollups", rollupColumns(), true),
    /** One row per request and day on which something of it happened, with all that followed on that day. */
    AD_OPPORTUNITIES("batch/ad_opportunities", opportunityColumns(), true),
    /** Accepted events that do not count, since an earlier record has the same identity. */
    LATE_DUPLICATES(
            "batch/late_duplicates",
            List.of(
                    required("topic", STRING, "Kafka topic."),
                    required("partition", INT, "Kafka partition."),
                    required("offset", LONG, "Kafka offset.")),
            true),
    /** What a version counts, by day of the raw log. */
    BATCH_DAYS(
            "batch/days",
            List.of(
                    required("accepted", LONG, "Valid events of the day that ingest did not flag as duplicates."),
                    required("late_duplicates", LONG, "Of these, those that repeat an earlier event."),
                    required("opportunities", LONG, "Rows of the day in ad_opportunities.")),
            true),
    /**
     * Which version and cut are in force: the latest row whose action is flip or rollback. One commit is one flip, and
     * the order of the times is that of the commits.
     */
    VERSIONS(
            "versions",
            List.of(
                    required("at", TIMESTAMP, "When."),
                    required(
                            "action",
                            STRING,
                            "publish (built and validated, to be loaded), flip or rollback (in force from now on)."),
                    required("version", STRING, "Name of the batch version."),
                    required("cut", LONG, "Last ingest batch that the version covers."),
                    required("run_id", STRING, "The night that did it."),
                    required("events", LONG, "Events that the version counts: accepted minus late duplicates."),
                    required("late_duplicates", LONG, "Duplicates beyond the horizon that the rebuild removed."),
                    required("rollups_version", LONG, "Delta version of batch/rollups."),
                    required("ad_opportunities_version", LONG, "Delta version of batch/ad_opportunities."),
                    required("late_duplicates_version", LONG, "Delta version of batch/late_duplicates."),
                    required("days_version", LONG, "Delta version of batch/days."),
                    optional(
                            "minutes_from",
                            TIMESTAMP,
                            "Midnight from which on rollups are by the minute; null: all that there are."),
                    optional(
                            "hours_from",
                            TIMESTAMP,
                            "Midnight from which on, up to the other, they are by the hour; before it by the day. Null: all before the other are by the hour."))),
    /**
     * What became of each model. The latest promoted or rolled_back row is in force; canary decides for a share of the
     * boxes until the next such row, withdrawn among them; lifted lets nights promote again after a rollback.
     */
    MODELS(
            "models",
            List.of(
                    required("at", TIMESTAMP, "When."),
                    required(
                            "action",
                            STRING,
                            "registered, rejected, canary, withdrawn, promoted, rolled_back or lifted."),
                    required("model_version", STRING, "Folder below model-files/."),
                    required("policy_version", STRING, "The policy document that uses it; empty before promotion."),
                    required("run_id", STRING, "The night that did it, or manual."),
                    required("sha256", STRING, "Checksum of the model file."),
                    required("metrics", STRING, "JSON: what evaluation found.")));

    /** The raw log's column of {@link io.datastreamx.contract.event.EventIdentity}. */
    public static final String IDENTITY = "identity";

    /** The column by which tables {@link #isByDay() by day} are partitioned: a date, UTC. */
    public static final String DAY = "day";

    private final String path;
    private final List<Column> columns;
    private final boolean byDay;

    Table(String path, List<Column> columns) {
        this(path, columns, false);
    }

    Table(String path, List<Column> columns, boolean byDay) {
        this.path = path;
        this.columns = columns;
        this.byDay = byDay;
    }

    /**
     * The tables of a batch version, which is a Delta version of each. A day of theirs follows from the raw log alone.
     */
    public static List<Table> ofBatch() {
        return List.of(BATCH_ROLLUPS, AD_OPPORTUNITIES, LATE_DUPLICATES, BATCH_DAYS);
    }

    /** Folder below the lake's root. */
    public String path() {
        return path;
    }

    /** The table's name without folders. */
    public String title() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The columns that its files hold: all but {@link #DAY}. */
    public List<Column> columns() {
        return columns;
    }

    /**
     * Whether it is partitioned by the day on which events count, so that a day is read and replaced without touching
     * the others.
     */
    public boolean isByDay() {
        return byDay;
    }

    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    private static Column ingestBatch() {
        return required("ingest_batch", LONG, "Number of the ingest batch: the position in the log.");
    }

    private static List<Column> position() {
        return List.of(
                required("topic", STRING, "Kafka topic."),
                required("partition", INT, "Kafka partition."),
                required("offset", LONG, "Kafka offset."),
                required("append_time", TIMESTAMP, "When the broker appended the record."));
    }

    private static List<Column> eventColumns() {
        List<Column> columns = new ArrayList<>();
        columns.add(ingestBatch());
        columns.addAll(position());
        columns.add(required("duplicate", BOOLEAN, "An earlier record has the same identity."));
        columns.add(required(
                IDENTITY, BINARY, "What makes two records one event: keyed hashes of its id, and of id and time."));
        columns.add(
                required(Rollup.IMPLAUSIBLE_CLOCK, BOOLEAN, "event_time is too far from append_time to be believed."));
        columns.add(
                required(
                        Rollup.COUNTED_TIME,
                        TIMESTAMP,
                        "The time in whose minute the event counts: event_time, or append_time where that cannot be believed."));
        columns.add(optional(
                FillPrice.COUNTED,
                LONG,
                "CPM price with which a complete counts, micro-units: the fill's where it is known."));
        columns.add(optional(
                FillPrice.SOURCE, STRING, "Who says counted_price_micros: fill, or box where no fill is known."));
        for (Field field : EventSchema.allFields().values()) {
            if (field.equals(EventSchema.DEVICE_ID)) {
                columns.add(required("device", STRING, "Pseudonym of the box: HMAC-SHA-256 of device_id."));
                columns.add(required("key_id", STRING, "The key of the pseudonym; uniques hold within one key."));
            } else {
                boolean common = List.of(
                                EventSchema.SCHEMA_VERSION,
                                EventSchema.EVENT_ID,
                                EventSchema.EVENT_TYPE,
                                EventSchema.EVENT_TIME)
                        .contains(field);
                columns.add(new Column(field.name(), columnType(field.type()), !common, field.meaning()));
            }
        }
        columns.add(optional("extra", STRING, "Fields that the contract does not know, as one JSON object."));
        return List.copyOf(columns);
    }

    private static ColumnType columnType(FieldType type) {
        if (type instanceof FieldType.Whole) {
            return LONG;
        } else if (type instanceof FieldType.Decimal) {
            return DOUBLE;
        } else if (type instanceof FieldType.Bool) {
            return BOOLEAN;
        } else if (type instanceof FieldType.Time) {
            return TIMESTAMP;
        } else if (type instanceof FieldType.Objects objects) {
            return new ColumnType.Structs(objects.fields().stream()
                    .map(field -> required(field.name(), columnType(field.type()), field.meaning()))
                    .toList());
        }
        return STRING;
    }

    /** The columns of merged rows: rollup, time, dimensions, sums, histogram, sketch. */
    private static List<Column> rollupColumns() {
        List<Column> columns = new ArrayList<>();
        columns.add(required(Rollup.COLUMN, STRING, "The rollup that the row belongs to."));
        columns.add(
                required(
                        Rollup.MINUTE,
                        TIMESTAMP,
                        "Minute of the event time; where a batch version keeps the day by a coarser grain, the start of its hour or day."));
        for (String dimension : Rollup.DIMENSIONS) {
            columns.add(optional(
                    dimension, STRING, EventSchema.allFields().get(dimension).meaning()));
        }
        columns.addAll(measureColumns());
        columns.add(optional(DeviceSketch.COLUMN, BINARY, "HyperLogLog sketch of devices (DataSketches)."));
        return List.copyOf(columns);
    }

    private static List<Column> measureColumns() {
        List<Column> columns = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            columns.add(required(measure.column(), LONG, measure.meaning()));
        }
        for (LatencyHistogram.Bucket bucket : LatencyHistogram.buckets()) {
            columns.add(required(bucket.column(), LONG, "Responses in this bucket of latency."));
        }
        return columns;
    }

    private static List<Column> opportunityColumns() {
        List<Column> fact = new ArrayList<>();
        fact.add(required(Rollup.MINUTE, TIMESTAMP, "Minute of the event time."));
        fact.add(optional(
                "aggregator_id", STRING, "The ad aggregator; null on the request and on what was not routed."));
        fact.add(optional("ad_id", STRING, "The advertisement."));
        fact.add(optional("reason", STRING, "Why the answer of an aggregator ended so; null on all but responses."));
        fact.addAll(measureColumns());
        List<Column> columns = new ArrayList<>(List.of(
                required("request_id", STRING, "The ad opportunity."),
                optional(
                        "request_time",
                        TIMESTAMP,
                        "event_time of the request; null while only what followed is in the log."),
                required("device", STRING, "Pseudonym of the box.")));
        Context.FIELDS.forEach(field ->
                columns.add(new Column(field.name(), columnType(field.type()), !field.required(), field.meaning())));
        columns.addAll(List.of(
                optional("status", STRING, "How the decision ended."),
                optional("chosen_aggregator_id", STRING, "The aggregator chosen first."),
                optional("propensity", DOUBLE, "Probability with which it was chosen."),
                optional("explore", BOOLEAN, "Whether the draw left the best candidate."),
                optional("snapshot_id", STRING, "Policy, health and caps in force."),
                optional("policy_version", STRING, "Version of the policy."),
                optional("model_version", STRING, "Version of the model."),
                optional("filled_aggregator_id", STRING, "The aggregator that delivered the ad."),
                optional("filled_ad_id", STRING, "The ad that it delivered."),
                required(
                        "facts",
                        new ColumnType.Structs(List.copyOf(fact)),
                        "What the request's events add up to, by minute, aggregator, ad and reason.")));
        return List.copyOf(columns);
    }

    private static List<Column> join(List<Column> first, List<Column> second) {
        return join(first, second, List.of());
    }

    private static List<Column> join(List<Column> first, List<Column> second, List<Column> third) {
        List<Column> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(third);
        return List.copyOf(all);
    }
}
