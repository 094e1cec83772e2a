package io.datastreamx.warehouse.views;

import java.time.LocalDate;
import java.util.Collection;
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
    /** The label of a table that has all its rows. */
    public static final String COMPLETE = "complete";

    private static final String LABEL = "('app', 'datastreamx')";

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
        return "CREATE TABLE IF NOT EXISTS " + dataset.quoted(name) + " (\n" + layout() + "\n" + options();
    }

    /**
     * The same with the rows of a table that has the same columns, partitions and clusters. BigQuery copies none of
     * them: both tables share what they have in common, and each goes on alone.
     */
    public String cloneIfAbsent(Dataset dataset, BigQueryTable base) {
        return "CREATE TABLE IF NOT EXISTS " + dataset.quoted(name) + "\nCLONE " + dataset.quoted(base.name()) + "\n"
                + options();
    }

    /** What the DDL says of columns, partitions and clusters. */
    public String layout() {
        return columns.stream()
                        .map(column -> "  " + GoogleSql.name(column.name()) + " " + column.type()
                                + GoogleSql.described(column.meaning()))
                        .collect(Collectors.joining(",\n"))
                + "\n)\n" + partitioning.clause() + "\nCLUSTER BY " + GoogleSql.names(clustering);
    }

    private String options() {
        String partitionExpiration = partitioning instanceof Partitioning.ByDay
                ? "  partition_expiration_days = " + Partitioning.ByDay.KEPT_DAYS + ",\n"
                : "";
        return "OPTIONS(\n"
                + "  description = " + GoogleSql.text(meaning) + ",\n"
                + "  require_partition_filter = TRUE,\n"
                + partitionExpiration
                + "  expiration_timestamp = " + inDays(expiresInDays) + ",\n"
                + "  labels = [" + LABEL + "]\n)";
    }

    /** Says by a label that the table has all its rows. */
    public String complete(Dataset dataset, String mark) {
        return "ALTER TABLE " + dataset.quoted(name) + " SET OPTIONS(labels = [" + LABEL + ", ('" + COMPLETE + "', "
                + GoogleSql.text(mark) + ")])";
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

    /** Removes days: whole partitions, which costs nothing. */
    public String deleteDays(Dataset dataset, Collection<LocalDate> days) {
        return "DELETE FROM " + dataset.quoted(name) + " WHERE " + in(days);
    }

    /** Removes the days before {@code first}, which BigQuery may have let expire or not. */
    public String deleteBefore(Dataset dataset, LocalDate first) {
        return "DELETE FROM " + dataset.quoted(name) + " WHERE " + byDay().column() + " < '" + first + "'";
    }

    /** Counts the rows of these days, as {@code n}. */
    public String countDays(Dataset dataset, Collection<LocalDate> days) {
        return "SELECT COUNT(*) AS n FROM " + dataset.quoted(name) + " WHERE " + in(days);
    }

    private String in(Collection<LocalDate> days) {
        return days.stream()
                .map(day -> "'" + day + "'")
                .collect(Collectors.joining(", ", byDay().column() + " IN (", ")"));
    }

    private Partitioning.ByDay byDay() {
        if (partitioning instanceof Partitioning.ByDay byDay) {
            return byDay;
        }
        throw new IllegalStateException(name + " is not partitioned by day");
    }

    private static String inDays(int days) {
        return "TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL " + days + " DAY)";
    }
}
