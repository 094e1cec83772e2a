package io.datastreamx.warehouse.views;

/**
 * A BigQuery dataset.
 *
 * @param project id of the Google Cloud project
 * @param name of the dataset
 */
public record Dataset(String project, String name) {
    public Dataset {
        if (!project.matches("[a-z][a-z0-9-]{4,28}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "datastreamx.bigquery.project: '" + project
                            + "' is no project id; it has 6 to 30 lower-case letters, digits and dashes and starts with a letter");
        }
        if (!name.matches("[A-Za-z0-9_]{1,1024}")) {
            throw new IllegalArgumentException("datastreamx.bigquery.dataset: '" + name
                    + "' is no dataset name; it has letters, digits and underscores only");
        }
    }

    /** A table, view or function of this dataset as it stands in SQL. */
    public String quoted(String table) {
        return "`" + project + "." + name + "." + table + "`";
    }
}
