package io.datastreamx.serving.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as CSV (RFC 4180). Text that a spreadsheet would run as a formula is defused by a leading apostrophe. */
public final class Csv {
    private static final String FORMULA_STARTS = "=+-@\t\r";

    private Csv() {}

    public static String of(Report report) {
        StringBuilder csv = new StringBuilder(
                line(report.columns().stream().map(Object.class::cast).toList()));
        for (Map<String, Object> row : report.rows()) {
            csv.append(line(report.columns().stream().map(row::get).collect(Collectors.toList())));
        }
        return csv.toString();
    }

    private static String line(List<Object> values) {
        return values.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number) {
            return value.toString();
        }
        String text = value.toString();
        if (!text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
