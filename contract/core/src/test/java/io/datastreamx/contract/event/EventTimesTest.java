package io.datastreamx.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimesTest {
    private static final Pattern PUBLISHED = Pattern.compile(EventTimes.PATTERN);

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T10:15:30Z, 1795169730000000",
        "2026-11-20T10:15:30.123456Z, 1795169730123456",
        "2026-11-20T10:15:30.123456789Z, 1795169730123456",
        "2026-11-20T10:15:30.1234567890Z, 1795169730123456",
        "2026-11-20T10:15:30.5Z, 1795169730500000",
        "2026-11-20t10:15:30Z, 1795169730000000",
        "2024-02-29T23:59:59.999999999Z, 1709251199999999",
        "2000-02-29T00:00:00Z, 951782400000000",
        "1970-01-01T00:00:00Z, 0",
        "1969-12-31T23:59:59.9999999Z, -1",
        "1969-12-31T23:59:59.0000009Z, -1000000",
        "1900-01-01T00:00:00Z, -2208988800000000",
        "1582-10-10T00:00:00Z, -12219724800000000",
        "0001-01-01T00:00:00Z, -62135596800000000",
        "9999-12-31T23:59:59.9999999Z, 253402300799999999",
        "2262-04-11T23:47:17Z, 9223372037000000",
        "1677-09-21T00:12:43Z, -9223372037000000",
        "2026-03-29T02:30:00Z, 1774751400000000",
        "2026-10-25T01:30:00Z, 1792891800000000"
    })
    void aTimeIsReadToTheMicrosecond(String text, long micros) {
        assertThat(EventTimes.parse(text)).hasValue(micros);
        assertThat(text).matches(PUBLISHED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-20T10:15:30,5Z",
                "2026-11-20T10:15:30.Z",
                "2026-11-20 10:15:30Z",
                "2026-11-20T10:15Z",
                "2026-11-20T10:15:30",
                "2026-11-20T10:15:30+00:00",
                "2026-11-20T10:15:30+01:00",
                "2026-11-20T10:15:30z",
                "2016-12-31T23:59:60Z",
                "2026-11-20T24:00:00Z",
                "2026-11-20T10:60:00Z",
                "2026-02-29T10:00:00Z",
                "2026-02-30T10:00:00Z",
                "1900-02-29T10:00:00Z",
                "2026-04-31T10:00:00Z",
                "2026-00-10T10:00:00Z",
                "2026-13-10T10:00:00Z",
                "2026-01-00T10:00:00Z",
                "0000-02-29T00:00:00Z",
                "+12026-11-20T10:15:30Z",
                "-0001-01-01T00:00:00Z",
                "1795169730123",
                "2026-W47-5T10:15:30Z",
                "２０２６-11-20T10:15:30Z",
                "2026-11-20T10:15:30.１Z",
                " 2026-11-20T10:15:30Z",
                "2026-11-20T10:15:30Z ",
                "2026-11-20T10:15:30Z\u0000",
                "2026-11-20T10:15:30Z\n",
                "2026-11-20T10:15:30.123456Z7Z",
                "2026-11-20T10:15:30.12345678x9Z",
                "2026-11-20T1-:15:30Z",
            })
    void anotherFormIsNone(String text) {
        assertThat(EventTimes.parse(text)).isEmpty();
        assertThat(PUBLISHED.matcher(text).matches()).isFalse();
    }

    /** The day is the library's, the rest by hand: whatever differs from it is found over all fields. */
    @Property(tries = 5_000)
    void whatThePublishedPatternSaysIsRead(@ForAll("nearTimes") String text) {
        OptionalLong read = EventTimes.parse(text);
        assertThat(read.isPresent()).isEqualTo(PUBLISHED.matcher(text).matches());
        if (read.isPresent()) {
            String toNanos = text.replaceAll("(\\.\\d{9})\\d*Z", "$1Z");
            Instant time = Instant.parse(toNanos);
            assertThat(read).hasValue(time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
        }
        Statistics.label("is a time").collect(read.isPresent());
        Statistics.label("is a time").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 10);
            coverage.check(false).percentage(share -> share > 10);
        });
    }

    /** Every day of the years around which calendars differ, and the days that do not exist. */
    @Example
    void everyDayExistsAsTheCalendarSays() {
        for (int year : new int[] {1, 4, 100, 400, 1582, 1900, 1970, 2000, 2024, 2026, 2100, 9999}) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    String text = "%04d-%02d-%02dT00:00:00Z".formatted(year, month, day);
                    assertThat(EventTimes.parse(text).isPresent())
                            .as(text)
                            .isEqualTo(PUBLISHED.matcher(text).matches())
                            .isEqualTo(exists(text));
                }
            }
        }
    }

    private static boolean exists(String text) {
        try {
            return Instant.parse(text).toString().equals(text);
        } catch (DateTimeException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<String> nearTimes() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(Tuple.of(9, digits(4, 0, 9_999)), Tuple.of(1, digits(4, 0, 4))),
                        digits(2, 0, 13),
                        digits(2, 0, 32),
                        Arbitraries.frequency(Tuple.of(20, "T"), Tuple.of(4, "t"), Tuple.of(1, " ")),
                        digits(2, 0, 24),
                        digits(2, 0, 60),
                        digits(2, 0, 60),
                        Arbitraries.oneOf(
                                Arbitraries.of("", ".", ".0", ",5", ".x"),
                                Arbitraries.strings()
                                        .numeric()
                                        .ofMinLength(1)
                                        .ofMaxLength(11)
                                        .map(f -> "." + f)))
                .as((year, month, day, t, hour, minute, second, fraction) ->
                        year + "-" + month + "-" + day + t + hour + ":" + minute + ":" + second + fraction + "Z");
    }

    private static Arbitrary<String> digits(int places, int least, int most) {
        return Arbitraries.integers().between(least, most).map(number -> ("%0" + places + "d").formatted(number));
    }
}
