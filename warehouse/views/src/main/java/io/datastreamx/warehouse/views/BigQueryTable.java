package io.datastreamx.warehouse.views;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table in BigQuery. Each is partitioned and clustered, refuses queries without a filter on its partition column, and
 * expires.
 *
 * @param name within its dataset
 * @param meaning its description
 * @param columns in order
 * @param partitioning what a query must filter on
 * @param clustering up to four columns, the most selective filter first
 * @param expiresInDays how long after its creation, or after the last flip that kept it, the whole table goes
 */
public record BigQueryTable(
        String name,
        String meaning,
        List<Column> columns,
        Partitioning partitioning,
        List<String> clustering,
        int expiresInDays) {
    /**
     * A column.
     *
     * @param type in GoogleSQL, with the descriptions of nested columns
     */
    public record Column(String name, String type, String meaning) {
        static Column of(io.datastreamx.contract.table.Column column) {
            return new Column(column.name(), GoogleSql.type(column.type()), column.meaning());
        }
    }

    public BigQueryTable {
        List<String> names = columns.stream().map(Column::name).toList();
        if (!names.contains(partitioning.column()) || !names.containsAll(clustering)) {
            throw new IllegalArgumentException(name + " is partitioned or clustered by a column that it lacks");
        }
        if (clustering.isEmpty() || clustering.size() > 4) {
            throw new IllegalArgumentException(name + " needs one to four clustering columns");
        }
    }

    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** Makes the table where it is missing and leaves it alone where it is there. */
    public String createIfAbsent(Dataset dataset) {
        String body = columns.stream()
                .map(column -> "  " + GoogleSql.name(column.name()) + " " + column.type()
                        + GoogleSql.described(column.meaning()))
                .collect(Collectors.joining(",\n"));
        String partitionExpiration = partitioning instanceof Partitioning.ByDay
                ? "  partition_expiration_days = " + Partitioning.ByDay.KEPT_DAYS + ",\n"
                : "";
        return "CREATE TABLE IF NOT EXISTS " + dataset.quoted(name) + " (\n" + body + "\n)\n"
                + partitioning.clause() + "\nCLUSTER BY " + GoogleSql.names(clustering) + "\nOPTIONS(\n"
                + "  description = " + GoogleSql.text(meaning) + ",\n"
                + "  require_partition_filter = TRUE,\n"
                + partitionExpiration
                + "  expiration_timestamp = " + inDays(expiresInDays) + ",\n"
                + "  labels = [('app', 'datastreamx')]\n)";
    }

    public String drop(Dataset dataset) {
        return "DROP TABLE IF EXISTS " + dataset.quoted(name);
    }

    /** Keeps the table for so many days from now on; a flip says this of what it keeps. */
    public String keep(Dataset dataset, int days) {
        return "ALTER TABLE IF EXISTS " + dataset.quoted(name) + " SET OPTIONS(expiration_timestamp = " + inDays(days)
                + ")";
    }

    /**
     * Removes what is not read any more. For a table partitioned by batch: only whole partitions, which costs nothing.
     */
    public String forget(Dataset dataset, long coveredBatch) {
        if (!(partitioning instanceof Partitioning.ByBatch)) {
            throw new IllegalStateException(name + " is not partitioned by ingest batch");
        }
        long below = (coveredBatch + 1) / Partitioning.ByBatch.WIDTH * Partitioning.ByBatch.WIDTH;
        return "DELETE FROM " + dataset.quoted(name) + " WHERE ingest_batch < " + below;
    }

    private static String inDays(int days) {
        return "TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL " + days + " DAY)";
    }
}
