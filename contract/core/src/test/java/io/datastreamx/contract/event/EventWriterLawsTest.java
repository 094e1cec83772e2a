package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Writer and validator are two sides of one contract, whatever the values. */
class EventWriterLawsTest {
    private static final String CURRENCY = "USD";
    private static final ObjectMapper PLAIN =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final EventWriter writer = new EventWriter(CURRENCY);
    private final EventValidator validator = new EventValidator(CURRENCY);

    @Property(tries = 200)
    void whatIsWrittenPassesAndReadsBackEqual(@ForAll("valid") EventDraft draft) {
        assertThat(validator.validate(draft.type().topic(), writer.write(draft)))
                .isEqualTo(new Validated.Accepted(Event.of(draft.type(), draft.values())));
    }

    /** The record that the validator judges is made without the writer. */
    @Property(tries = 800)
    void whatIsRefusedTheValidatorRefusesForTheSameReason(@ForAll("any") EventDraft draft) {
        Validated judged = validator.validate(draft.type().topic(), plainJson(draft));
        if (judged instanceof Validated.Accepted) {
            assertThat(validator.validate(draft.type().topic(), writer.write(draft)))
                    .isEqualTo(judged);
        } else if (judged instanceof Validated.Rejected rejected) {
            Rejection refused = catchThrowableOfType(InvalidEventException.class, () -> writer.write(draft))
                    .rejection();
            assertThat(refused.reason()).isEqualTo(rejected.rejection().reason());
            assertThat(path(refused)).isEqualTo(path(rejected.rejection()));
        }
        Statistics.collect(
                judged instanceof Validated.Rejected rejected
                        ? rejected.rejection().reason()
                        : "accepted");
        Statistics.coverage(coverage -> {
            coverage.check("accepted").percentage(share -> share > 5);
            List.of(
                            ReasonCode.MISSING_FIELD,
                            ReasonCode.WRONG_TYPE,
                            ReasonCode.INVALID_VALUE,
                            ReasonCode.UNSUPPORTED_CURRENCY)
                    .forEach(reason -> coverage.check(reason).count(times -> times > 3));
        });
    }

    @Property(tries = 50)
    void equalValuesGiveEqualBytes(@ForAll("valid") EventDraft draft) {
        List<Map.Entry<String, Object>> entries = new ArrayList<>(draft.values().entrySet());
        Collections.reverse(entries);
        Map<String, Object> reversed = new LinkedHashMap<>();
        entries.forEach(entry -> reversed.put(entry.getKey(), entry.getValue()));
        assertThat(writer.write(new EventDraft(draft.type(), reversed))).isEqualTo(writer.write(draft));
    }

    @Example
    void whatIsTooLargeIsRefused() {
        String text = "x".repeat(FieldType.MAX_TEXT);
        Map<String, Object> values = new LinkedHashMap<>(minimal(EventType.AD_DECISION));
        values.put(
                "excluded",
                Collections.nCopies(33, Map.<String, Object>of("aggregator_id", text, "reason", "disabled")));
        EventDraft draft = new EventDraft(EventType.AD_DECISION, values);
        assertThat(((Validated.Rejected) validator.validate(Topic.AD_DECISIONS, plainJson(draft)))
                        .rejection()
                        .reason())
                .isEqualTo(ReasonCode.TOO_LARGE);
        assertThatThrownBy(() -> writer.write(draft)).hasMessageContaining("too_large");
    }

    @Example
    void whatJsonCannotSayIsRefused() {
        Map<String, Object> values = new LinkedHashMap<>(minimal(EventType.AD_DECISION));
        values.put("propensity", Double.NaN);
        assertThatThrownBy(() -> writer.write(new EventDraft(EventType.AD_DECISION, values)))
                .hasMessageContaining("invalid_value (propensity");
    }

    @Example
    void aFieldThatTheContractDoesNotKnowIsAMistakeOfTheProgram() {
        Map<String, Object> values = new LinkedHashMap<>(minimal(EventType.TUNE_IN));
        values.put("chanel_id", "news");
        assertThatThrownBy(() -> writer.write(new EventDraft(EventType.TUNE_IN, values)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chanel_id");
    }

    @Example
    void timesAreWrittenToTheMillisecondUnlessMoreIsKnown() {
        for (String text : List.of(
                "2026-11-22T10:15:30.123Z",
                "1970-01-01T00:00:00.000Z",
                "1969-12-31T23:59:59.999Z",
                "2024-02-29T00:00:00.007Z",
                "2026-11-22T10:15:30.123456Z")) {
            assertThat(EventTimes.format(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text))))
                    .isEqualTo(text);
        }
    }

    private static Map<String, Object> minimal(EventType type) {
        Event event = ((Validated.Accepted)
                        new EventValidator(CURRENCY).validate(type.topic(), Samples.bytes(Samples.of(type))))
                .event();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : EventSchema.of(type)) {
            if (event.value(field.name()) != null) {
                values.put(field.name(), event.value(field.name()));
            }
        }
        return values;
    }

    @Provide
    Arbitrary<EventDraft> valid() {
        return drafts(0);
    }

    @Provide
    Arbitrary<EventDraft> any() {
        return drafts(2);
    }

    /** @param faults of a hundred values, how many are not what the contract says */
    private static Arbitrary<EventDraft> drafts(int faults) {
        return Arbitraries.of(EventType.class)
                .flatMap(type -> object(EventSchema.of(type), faults).map(values -> {
                    values.put("event_type", type.wireName());
                    EventSchema.requirementOf(type)
                            .filter(requirement -> faults == 0)
                            .ifPresent(requirement -> values.putIfAbsent(
                                    requirement.required(), minimal(type).get(requirement.required())));
                    return new EventDraft(type, values);
                }));
    }

    private static Arbitrary<Map<String, Object>> object(List<Field> fields, int faults) {
        List<Arbitrary<Optional<Object>>> values = fields.stream()
                .map(field -> Arbitraries.integers().between(0, 99).flatMap(dice -> {
                    if (dice < (field.name().equals("currency") ? 10 * faults : faults)) {
                        return field.required() && dice == 0
                                ? Arbitraries.just(Optional.<Object>empty())
                                : fault(field).map(Optional::of);
                    }
                    return dice < 40 && !field.required()
                            ? Arbitraries.just(Optional.<Object>empty())
                            : good(field, faults).map(Optional::of);
                }))
                .toList();
        return Combinators.combine(values).as(drawn -> {
            Map<String, Object> object = new LinkedHashMap<>();
            for (int i = 0; i < drawn.size(); i++) {
                String name = fields.get(i).name();
                drawn.get(i).ifPresent(value -> object.put(name, value));
            }
            return object;
        });
    }

    private static Arbitrary<Object> good(Field field, int faults) {
        FieldType type = field.type();
        if (field.name().equals("currency")) {
            return Arbitraries.just(CURRENCY);
        } else if (type instanceof FieldType.OneOf oneOf) {
            return Arbitraries.of(oneOf.values()).asGeneric();
        } else if (type instanceof FieldType.Whole whole) {
            return Arbitraries.longs().between(whole.min(), whole.max()).asGeneric();
        } else if (type instanceof FieldType.Decimal decimal) {
            return Arbitraries.doubles()
                    .between(decimal.min(), decimal.max())
                    .ofScale(12)
                    .asGeneric();
        } else if (type instanceof FieldType.Bool) {
            return Arbitraries.of(true, false).asGeneric();
        } else if (type instanceof FieldType.Time) {
            return Arbitraries.longs()
                    .between(FieldType.Time.MIN_MICROS, FieldType.Time.MAX_MICROS)
                    .asGeneric();
        } else if (type instanceof FieldType.SchemaVersion) {
            return Arbitraries.of("1", "9999", "1.2", "3.0.1").asGeneric();
        } else if (type instanceof FieldType.Objects objects) {
            return object(objects.fields(), faults).list().ofMaxSize(3).asGeneric();
        }
        return Arbitraries.strings()
                .all()
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text))
                .asGeneric();
    }

    private static Arbitrary<Object> fault(Field field) {
        FieldType type = field.type();
        if (field.name().equals("currency")) {
            return Arbitraries.of("EUR", "", 1L);
        } else if (type instanceof FieldType.Whole whole) {
            return Arbitraries.of(whole.min() - 1, whole.max() + 1, Long.MIN_VALUE, 1.5, "1", true);
        } else if (type instanceof FieldType.Decimal decimal) {
            return Arbitraries.of(decimal.min() - 0.5, decimal.max() + 1e-9, "0.5", false);
        } else if (type instanceof FieldType.Bool || type instanceof FieldType.Objects) {
            return Arbitraries.of("true", 1L, 0.5);
        } else if (type instanceof FieldType.Time) {
            return Arbitraries.of(
                    FieldType.Time.MAX_MICROS + 1, FieldType.Time.MIN_MICROS - 1, Long.MAX_VALUE, true, 1.5);
        } else if (type instanceof FieldType.SchemaVersion) {
            return Arbitraries.of("0", "v1", "1.", "", true);
        }
        int longest = type instanceof FieldType.Text text ? text.max() : FieldType.MAX_TEXT;
        return Arbitraries.of("", "x".repeat(longest + 1), "\ud800", "x\udc00", 1L, true, 0.5);
    }

    /** The values as JSON by a library that knows nothing of the contract but which fields are times. */
    private static byte[] plainJson(EventDraft draft) {
        Map<String, Object> values = new LinkedHashMap<>(draft.values());
        EventSchema.of(draft.type()).stream()
                .filter(field -> field.type() instanceof FieldType.Time)
                .forEach(field -> values.computeIfPresent(
                        field.name(),
                        (name, value) -> value instanceof Long micros
                                ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString()
                                : value));
        try {
            return PLAIN.writeValueAsBytes(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String path(Rejection rejection) {
        return rejection.detail().replaceAll(":.*", "");
    }
}
