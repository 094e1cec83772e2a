package io.datastreamx.contract.event;

import static io.datastreamx.contract.event.Field.optional;
import static io.datastreamx.contract.event.Field.required;
import static io.datastreamx.contract.event.FieldType.BOOL;
import static io.datastreamx.contract.event.FieldType.MICROS;
import static io.datastreamx.contract.event.FieldType.MILLIS;
import static io.datastreamx.contract.event.FieldType.SECONDS;
import static io.datastreamx.contract.event.FieldType.SHARE;
import static io.datastreamx.contract.event.FieldType.TEXT;
import static io.datastreamx.contract.event.FieldType.TIME;
import static io.datastreamx.contract.event.FieldType.URL;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which fields each event type has. Names follow OpenRTB 2.6, AdCOM and VAST where they have one. Fields that are not
 * listed are kept as they came, so adding a field breaks nobody.
 */
public final class EventSchema {
    public static final Field SCHEMA_VERSION =
            required("schema_version", new FieldType.SchemaVersion(), "Version of the event's schema.");
    public static final Field EVENT_ID =
            required("event_id", TEXT, "Id of the event, unique within its sender; a retry repeats it.");
    public static final Field EVENT_TYPE = required("event_type", TEXT, "What happened.");
    public static final Field EVENT_TIME =
            required("event_time", TIME, "When it happened, by the sender's clock, UTC.");
    public static final Field DEVICE_ID =
            required("device_id", TEXT, "The box. Replaced by a pseudonym before anything is written to the lake.");

    private static final Field REQUEST_ID = required("request_id", TEXT, "The ad opportunity; OpenRTB BidRequest.id.");
    private static final Field AGGREGATOR_ID = required("aggregator_id", TEXT, "The ad aggregator.");
    private static final Field CURRENCY = optional("currency", TEXT, "ISO-4217; the configured currency where absent.");
    private static final Field AD_ID = required("ad_id", TEXT, "The advertisement; OpenRTB Bid.adid.");

    /** What every event has. */
    static final List<Field> COMMON = List.of(SCHEMA_VERSION, EVENT_ID, EVENT_TYPE, EVENT_TIME, DEVICE_ID);

    private static final List<Field> OPPORTUNITY = List.of(
            optional("pod_id", TEXT, "The ad break; OpenRTB Video.podid."),
            optional("slot_in_pod", new FieldType.Whole(-1, 1_000), "Position in the break; OpenRTB Video.slotinpod."),
            optional("max_duration_s", SECONDS, "Longest ad that fits, seconds; OpenRTB Video.maxduration."),
            optional("bid_floor_micros", MICROS, "Least CPM price accepted, micro-units."),
            CURRENCY);

    /** One entry of a decision's {@code ranked}. */
    public static final List<Field> CANDIDATE = List.of(
            AGGREGATOR_ID,
            required(
                    "score_micros",
                    MICROS,
                    "What it is worth to ask it now, by which candidates are ranked; micro-units per thousand requests."),
            required("propensity", SHARE, "Probability of being asked first."),
            optional("fill", SHARE, "Probability that it fills within its time limit."),
            optional(
                    "value_micros",
                    MICROS,
                    "Expected earnings of a fill, less what its cap makes a fill cost; micro-units per thousand fills."),
            optional("answer_ms", MILLIS, "Expected time until it answers or is given up, milliseconds."));
    /** One entry of a decision's {@code order}. */
    public static final List<Field> POSITION = List.of(
            AGGREGATOR_ID, required("propensity", SHARE, "Probability that it stands here, given those before it."));
    /** One entry of a decision's {@code excluded}. */
    public static final List<Field> EXCLUSION =
            List.of(AGGREGATOR_ID, required("reason", TEXT, "Why it was left out."));

    /** One entry of a delivery's {@code trackers}. */
    public static final List<Field> TRACKER = List.of(
            required(
                    "event",
                    TEXT,
                    "The event by the name that VAST has for it, with its offset behind a colon where it has one; impression, error."),
            required("url", URL, "What is called."));

    /**
     * A field that is optional unless another one has a certain value.
     *
     * @param field the other one
     * @param value its value
     * @param required what is required then
     */
    public record Requirement(String field, String value, String required) {}

    private static final Map<EventType, Requirement> REQUIREMENTS = Map.of(
            EventType.RESPONSE, new Requirement("outcome", ResponseOutcome.FILL.code(), "price_micros"),
            EventType.AD_DECISION, new Requirement("status", DecisionStatus.ROUTED.code(), "aggregator_id"));

    private static final Map<EventType, List<Field>> FIELDS = build();
    private static final Map<String, Field> ALL = union();
    private static final Map<String, Integer> INDEXES = indexes();

    private EventSchema() {}

    /** The fields of one event type, common ones first. */
    public static List<Field> of(EventType type) {
        return FIELDS.get(type);
    }

    /** What the type requires besides its required fields. */
    public static Optional<Requirement> requirementOf(EventType type) {
        return Optional.ofNullable(REQUIREMENTS.get(type));
    }

    /** Every field of any event, by name, in a fixed order; the columns that the raw log keeps typed. */
    public static Map<String, Field> allFields() {
        return ALL;
    }

    /**
     * The place of a field among {@link #allFields()}.
     *
     * @throws IllegalArgumentException for a field that no event has
     */
    public static int indexOf(String field) {
        Integer index = INDEXES.get(field);
        if (index == null) {
            throw new IllegalArgumentException("no event has a field '" + field + "'");
        }
        return index;
    }

    private static Map<EventType, List<Field>> build() {
        Map<EventType, List<Field>> schemas = new EnumMap<>(EventType.class);
        Field tuned = required("duration_s", SECONDS, "Seconds tuned since the last such event of this box.");
        schemas.put(EventType.TUNE_IN, Context.FIELDS);
        schemas.put(EventType.TUNE_OUT, join(Context.FIELDS, List.of(tuned)));
        schemas.put(EventType.HEARTBEAT, join(Context.FIELDS, List.of(tuned)));
        schemas.put(
                EventType.AD_REQUEST,
                join(
                        List.of(REQUEST_ID),
                        Context.FIELDS,
                        List.of(required("tmax_ms", MILLIS, "Time to answer, milliseconds; OpenRTB BidRequest.tmax.")),
                        OPPORTUNITY));
        schemas.put(
                EventType.AD_DECISION,
                join(
                        List.of(
                                REQUEST_ID,
                                required("request_time", TIME, "event_time of the request."),
                                required(
                                        "status",
                                        new FieldType.OneOf(Coded.codesOf(DecisionStatus.class)),
                                        "How the decision ended."),
                                required("ranked", new FieldType.Objects(CANDIDATE), "Candidates, best first."),
                                optional("aggregator_id", TEXT, "The chosen aggregator; present when routed."),
                                optional("propensity", SHARE, "Probability with which it was chosen."),
                                required("explore", BOOL, "Whether a draw left the best candidate."),
                                optional(
                                        "order",
                                        new FieldType.Objects(POSITION),
                                        "Who is asked until one fills, in that order; where absent the chosen one, then the ranked ones."),
                                optional(
                                        "chain_value_micros",
                                        MICROS,
                                        "What asking in that order is expected to earn, micro-units per thousand requests."),
                                required(
                                        "snapshot_id",
                                        TEXT,
                                        "Policy, health, caps and corrections that were in force."),
                                required("policy_version", TEXT, "Version of the policy."),
                                optional("model_version", TEXT, "Version of the model; absent without one."),
                                optional(
                                        "features_version",
                                        new FieldType.Whole(1, 1_000),
                                        "Version of the features by which the model scored."),
                                required(
                                        "excluded",
                                        new FieldType.Objects(EXCLUSION),
                                        "Aggregators left out, with reasons."),
                                optional(
                                        "tmax_ms",
                                        MILLIS,
                                        "The request's time to answer, milliseconds, from arrival_time."),
                                optional(
                                        "arrival_time",
                                        TIME,
                                        "When Kafka took the request, by the broker's clock; request_time where absent.")),
                        Context.FIELDS,
                        OPPORTUNITY));
        schemas.put(
                EventType.RESPONSE,
                join(
                        List.of(
                                REQUEST_ID,
                                AGGREGATOR_ID,
                                required(
                                        "attempt",
                                        new FieldType.Whole(0, 1_000),
                                        "Position in the fallback order, from 1."),
                                required(
                                        "outcome",
                                        new FieldType.OneOf(Coded.codesOf(ResponseOutcome.class)),
                                        "How the aggregator answered."),
                                optional("nbr", new FieldType.Whole(0, 10_000), "OpenRTB no-bid reason."),
                                optional("reason", TEXT, "Why it ended so: a code, such as error_http_status."),
                                required("latency_ms", MILLIS, "Time that the answer took, milliseconds."),
                                optional("price_micros", MICROS, "CPM price, micro-units; required with a fill."),
                                optional(
                                        "expected_fill",
                                        SHARE,
                                        "Probability of a fill within the time that it had, by the model; absent without one."),
                                optional(
                                        "expected_price_micros",
                                        MICROS,
                                        "CPM price of a fill by the model, micro-units; absent without one."),
                                optional(
                                        "model_version",
                                        TEXT,
                                        "Version of the model that decided the request; absent without one."),
                                CURRENCY,
                                optional("ad_id", TEXT, "The advertisement; OpenRTB Bid.adid."),
                                optional("creative_id", TEXT, "OpenRTB Bid.crid.")),
                        Context.FIELDS));
        List<Field> playback = join(
                List.of(
                        REQUEST_ID,
                        AGGREGATOR_ID,
                        AD_ID,
                        required("price_micros", MICROS, "CPM price, micro-units."),
                        CURRENCY,
                        optional("error_code", new FieldType.Whole(0, 10_000), "VAST error code.")),
                Context.FIELDS);
        for (EventType type : List.of(
                EventType.IMPRESSION,
                EventType.START,
                EventType.FIRST_QUARTILE,
                EventType.MIDPOINT,
                EventType.THIRD_QUARTILE,
                EventType.COMPLETE,
                EventType.ERROR)) {
            schemas.put(type, playback);
        }
        schemas.put(
                EventType.AD_DELIVERY,
                List.of(
                        REQUEST_ID,
                        AGGREGATOR_ID,
                        AD_ID,
                        required("creative_id", TEXT, "OpenRTB Bid.crid."),
                        required("media_url", URL, "Where the box fetches the ad."),
                        optional("price_micros", MICROS, "CPM price that the box repeats on its playback events."),
                        optional(
                                "trackers",
                                new FieldType.Objects(TRACKER),
                                "What the box calls, each once, while the ad plays.")));
        schemas.replaceAll((type, own) -> join(COMMON, own));
        return Collections.unmodifiableMap(schemas);
    }

    @SafeVarargs
    private static List<Field> join(List<Field>... parts) {
        List<Field> all = new ArrayList<>();
        for (List<Field> part : parts) {
            all.addAll(part);
        }
        return List.copyOf(all);
    }

    private static Map<String, Field> union() {
        Map<String, Field> all = new LinkedHashMap<>();
        FIELDS.values().forEach(fields -> fields.forEach(field -> all.putIfAbsent(field.name(), field)));
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, Integer> indexes() {
        Map<String, Integer> indexes = new HashMap<>();
        ALL.keySet().forEach(name -> indexes.put(name, indexes.size()));
        return indexes;
    }
}
