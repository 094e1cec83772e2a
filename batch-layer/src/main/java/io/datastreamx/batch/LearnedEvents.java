package io.datastreamx.batch;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The events that a batch version counts on the last days that it covers: what is learned from. */
final class LearnedEvents {
    private LearnedEvents() {}

    /**
     * @param cut last ingest batch that the version covers
     * @param tables its Delta versions
     */
    static Dataset<Row> of(SparkSession spark, Settings settings, Lake lake, long cut, Map<Table, Long> tables) {
        SortedSet<LocalDate> days = lake.table(Table.EVENTS).state().days();
        days.retainAll(
                lake.table(Table.BATCH_DAYS).state(tables.get(Table.BATCH_DAYS)).days());
        if (!days.isEmpty()) {
            days = days.tailSet(days.last().minusDays(settings.ml().historyDays() - 1L));
        }
        return CountedEvents.known(
                        spark,
                        lake,
                        cut,
                        days,
                        BatchTables.read(spark, lake, Table.LATE_DUPLICATES, tables.get(Table.LATE_DUPLICATES)))
                .rows();
    }
}
