package io.datastreamx.warehouse.views;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A view.
 *
 * @param name within its dataset
 * @param meaning its description
 * @param columns names and descriptions, in the order of the query's
 * @param query its SELECT
 */
public record BigQueryView(String name, String meaning, List<Column> columns, String query) {
    /** A column of a view; its type follows from the query. */
    public record Column(String name, String meaning) {}

    /** Makes the view or rewrites it, in one statement that readers see as a whole. */
    public String createOrReplace(Dataset dataset) {
        String names = columns.stream()
                .map(column -> "  " + GoogleSql.name(column.name()) + GoogleSql.described(column.meaning()))
                .collect(Collectors.joining(",\n"));
        return "CREATE OR REPLACE VIEW " + dataset.quoted(name) + " (\n" + names + "\n)\nOPTIONS(description = "
                + GoogleSql.text(meaning) + ")\nAS\n" + query;
    }
}
