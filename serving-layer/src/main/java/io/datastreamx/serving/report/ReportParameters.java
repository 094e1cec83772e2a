package io.datastreamx.serving.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The parameters of a report as they come over HTTP: {@code by}, {@code measures} (both comma-separated or repeated),
 * {@code from}, {@code to}, {@code where} ({@code dim=value}, repeatable: values of one dimension are alternatives,
 * different dimensions must all hold), {@code view}, {@code order} (comma-separated, {@code -} for descending),
 * {@code limit}, {@code format}.
 */
final class ReportParameters {
    private static final List<String> ALLOWED =
            List.of("by", "measures", "from", "to", "where", "view", "order", "limit", "format");

    private final Map<String, List<String>> given;

    ReportParameters(Map<String, List<String>> given) {
        this.given = given;
        given.keySet().stream()
                .filter(name -> !ALLOWED.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadQueryException(
                            "unknown parameter '" + name + "'; allowed: " + String.join(", ", ALLOWED));
                });
    }

    ReportQuery query() {
        List<Figure> figures =
                list("measures").stream().map(Figure::named).distinct().toList();
        return new ReportQuery(
                list("by").stream()
                        .map(name -> new ReportQuery.By(name, dimension(name, true)))
                        .toList(),
                figures.isEmpty() ? Figure.standard() : figures,
                minute("from"),
                minute("to"),
                where(),
                single("view").isEmpty() ? View.MERGED : View.named(single("view")),
                list("order").stream().map(ReportParameters::order).toList(),
                limit());
    }

    private static Dimension dimension(String name, boolean withTime) {
        return Dimension.named(name)
                .filter(d -> withTime || !d.isTime())
                .orElseThrow(() -> new BadQueryException(
                        "unknown dimension '" + name + "'; allowed: " + Dimension.allowed(withTime)));
    }

    private Map<Dimension, List<String>> where() {
        Map<Dimension, List<String>> where = new EnumMap<>(Dimension.class);
        for (String condition : given.getOrDefault("where", List.of())) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                throw new BadQueryException(
                        "where=" + condition + " is not of the form where=dimension=value, such as where=channel=news;"
                                + " an empty value stands for none");
            }
            where.computeIfAbsent(dimension(condition.substring(0, equals), false), d -> new ArrayList<>())
                    .add(condition.substring(equals + 1));
        }
        return where;
    }

    private static ReportQuery.Order order(String name) {
        return name.startsWith("-")
                ? new ReportQuery.Order(name.substring(1), true)
                : new ReportQuery.Order(name, false);
    }

    private OptionalInt limit() {
        String text = single("limit");
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.matches("[1-9][0-9]{0,6}")) {
            throw new BadQueryException("limit must be a whole number from 1 to 9999999, not '" + text + "'");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private OptionalLong minute(String name) {
        String text = single(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        Instant instant;
        try {
            instant = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new BadQueryException(name
                    + " must be a time such as 2026-11-22T10:15:00Z or a day such as 2026-11-22, not '" + text + "'");
        }
        if (instant.getEpochSecond() % 60 != 0 || instant.getNano() != 0) {
            throw new BadQueryException(
                    name + " must be a whole minute, since reports count by the minute: '" + text + "'");
        }
        return OptionalLong.of(instant.getEpochSecond() / 60);
    }

    private String single(String name) {
        List<String> values = given.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new BadQueryException("'" + name + "' was given " + values.size() + " times; it has one value");
        }
        return values.isEmpty() ? "" : values.get(0).strip();
    }

    private List<String> list(String name) {
        return given.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
