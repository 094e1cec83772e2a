package io.datastreamx.contract.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Senders are told which field to repair. */
class RejectionTest {
    private static final EventValidator VALIDATOR = new EventValidator("USD");

    @ParameterizedTest
    @CsvSource({
        "'\"region\":\"north\"', '\"region\":7', region",
        "'\"region\":\"north\"', '\"region\":\"\"', region",
        "'\"region\":\"north\"', '\"a\":1', region",
        "'\"tmax_ms\":500', '\"tmax_ms\":-1', tmax_ms",
        "'\"tmax_ms\":500', '\"tmax_ms\":1.5', tmax_ms",
        "'ad_request', 'no_such', event_type",
        "'2026-11-22T10:00:00.123Z', 'yesterday', event_time",
        "'\"schema_version\":1', '\"schema_version\":true', schema_version",
        "'USD', 'EUR', currency",
        "'\"region\":\"north\"', '\"region\":\"north\",\"region\":\"north\"', ",
        "'{', '[', ",
        "'{', '', ",
    })
    void itNamesTheField(String what, String by, String field) {
        String text = Samples.text(EventType.AD_REQUEST).replace(what, by);
        Validated.Rejected rejected = (Validated.Rejected) VALIDATOR.validate(text.getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.ofNullable(field), rejected.rejection().field(), rejected.toString());
    }

    @Test
    void anyTopicIsFineWhereTheTypeDecides() {
        for (EventType type : EventType.values()) {
            byte[] record = Samples.text(type).getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    type,
                    ((Validated.Accepted) VALIDATOR.validate(record)).event().type());
        }
    }
}
