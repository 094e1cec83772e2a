package io.datastreamx.cli.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rows as aligned columns: numbers to the right, text to the left. Or as CSV. */
public final class TextTable {
    /** With these a spreadsheet takes a cell for a formula. */
    private static final String FORMULA_STARTS = "=+-@\t\r";

    private final List<String> header;
    private final List<List<Object>> rows = new ArrayList<>();
    private final List<Boolean> numeric = new ArrayList<>();

    public TextTable(List<String> header) {
        this.header = List.copyOf(header);
        header.forEach(name -> numeric.add(true));
    }

    /** The columns are the fields of the objects, in the order in which they come. */
    public static TextTable of(JsonNode objects) {
        Set<String> names = new LinkedHashSet<>();
        objects.forEach(row -> row.fieldNames().forEachRemaining(names::add));
        TextTable table = new TextTable(new ArrayList<>(names));
        for (JsonNode row : objects) {
            List<Object> cells = new ArrayList<>();
            names.forEach(name -> cells.add(cell(row.get(name))));
            table.add(cells);
        }
        return table;
    }

    private static Object cell(JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? (Object) value.asLong() : value.bigIntegerValue();
        }
        return value.isNumber()
                ? (Object) value.asDouble()
                : value.isContainerNode() ? value.toString() : value.asText();
    }

    /** @param cells one per column; null is empty */
    public TextTable add(List<?> cells) {
        for (int i = 0; i < header.size(); i++) {
            Object cell = cells.get(i);
            numeric.set(i, numeric.get(i) && (cell instanceof Number || "".equals(cell) || cell == null));
        }
        rows.add(new ArrayList<>(cells));
        return this;
    }

    private static String shown(Object cell) {
        return cell instanceof Double number ? decimal(number) : Printable.of(exact(cell));
    }

    private static String exact(Object cell) {
        return cell == null ? "" : cell.toString();
    }

    private static String decimal(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4f", value);
    }

    public String render() {
        List<List<String>> lines = rows.stream()
                .map(row -> row.stream().map(TextTable::shown).toList())
                .toList();
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            int column = i;
            widths.add(Math.max(
                    Printable.width(header.get(i)),
                    lines.stream()
                            .mapToInt(line -> Printable.width(line.get(column)))
                            .max()
                            .orElse(0)));
        }
        StringBuilder out = new StringBuilder();
        line(out, header, widths);
        line(out, widths.stream().map("-"::repeat).toList(), widths);
        lines.forEach(line -> line(out, line, widths));
        return out.toString();
    }

    private void line(StringBuilder out, List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String pad = " ".repeat(widths.get(i) - Printable.width(cells.get(i)));
            line.append(i == 0 ? "" : "  ").append(numeric.get(i) ? pad + cells.get(i) : cells.get(i) + pad);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    /** RFC 4180, with a header. Text that a spreadsheet would run as a formula is defused by a leading apostrophe. */
    public String csv() {
        StringBuilder out = new StringBuilder();
        csvLine(out, header);
        rows.forEach(row -> csvLine(out, row.stream().map(TextTable::defused).toList()));
        return out.toString();
    }

    private static String defused(Object cell) {
        String text = exact(cell);
        boolean formula = cell instanceof String && !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return formula ? "'" + text : text;
    }

    private static void csvLine(StringBuilder out, List<String> cells) {
        out.append(String.join(",", cells.stream().map(TextTable::quoted).toList()))
                .append("\r\n");
    }

    private static String quoted(String cell) {
        return cell.matches("[^\",\r\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
