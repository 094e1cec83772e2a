package io.datastreamx.cli.demo;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Spans of time as people write them: 90s, 4m, 1h30m. */
public final class Times implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            Duration span = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (span.isNegative() || span.isZero()) {
                throw new TypeConversionException("a span of time must be longer than nothing: '" + text + "'");
            }
            return span;
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("a span of time looks like 90s, 4m or 1h30m, not '" + text + "'");
        }
    }
}
