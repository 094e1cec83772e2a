package io.datastreamx.warehouse.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zetasql.SqlException;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateTableStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateViewStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedDeleteStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedStatement;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedTableScan;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import io.datastreamx.warehouse.views.Scripts;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every generated statement is GoogleSQL that BigQuery accepts, and no table or query of ours can scan more than it
 * means to.
 */
class GeneratedSqlTest {
    private static final BigQueryCatalog CATALOG = new BigQueryCatalog();
    private static final List<ResolvedStatement> STATEMENTS = new ArrayList<>();
    private static final Map<String, String> PARTITIONS = new HashMap<>();

    @BeforeAll
    static void analyse() {
        Scripts.all().values().forEach(script -> STATEMENTS.addAll(CATALOG.run(script)));
        String version = Scripts.IN_FORCE.version().orElseThrow();
        Stream.concat(BigQueryTables.shared().stream(), BigQueryTables.ofVersion(version).stream())
                .forEach(table ->
                        PARTITIONS.put(path(table), table.partitioning().column()));
    }

    private static String path(BigQueryTable table) {
        return Scripts.DATASET.project() + "." + Scripts.DATASET.name() + "." + table.name();
    }

    private static String from(String view) {
        return " FROM `" + Scripts.DATASET.project() + "." + Scripts.DATASET.name() + "." + view + "` ";
    }

    private static List<String> unfiltered(String sql) {
        ResolvedQueryStmt query =
                (ResolvedQueryStmt) CATALOG.run(CATALOG.expanded(sql)).get(0);
        return PartitionFilters.missing(query.getQuery(), PARTITIONS);
    }

    @Test
    void everyStatementIsAnalysed() {
        assertEquals(
                5,
                STATEMENTS.stream()
                        .filter(ResolvedCreateTableStmt.class::isInstance)
                        .count());
        assertEquals(
                28,
                STATEMENTS.stream()
                        .filter(ResolvedCreateViewStmt.class::isInstance)
                        .count());
    }

    @Test
    void aWrongColumnIsFound() {
        assertThrows(SqlException.class, () -> CATALOG.run("SELECT nope" + from("rollups")));
    }

    @Test
    void everyTableIsPartitionedClusteredFilteredDescribedAndExpires() {
        for (ResolvedStatement statement : STATEMENTS) {
            if (statement instanceof ResolvedCreateTableStmt table) {
                assertEquals(List.of(), TableRules.violations(table), () -> String.join(".", table.getNamePath()));
            }
        }
    }

    /** The check itself: each rule notices its own absence. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PARTITION BY day",
                "CLUSTER BY `rollup`, aggregator_id, channel_id, region",
                "  require_partition_filter = TRUE,\n",
                "OPTIONS(description = 'Region of the box.')",
            })
    void aTableThatLacksARuleIsFound(String rule) {
        String good = BigQueryTables.rollups("v1").createIfAbsent(Scripts.DATASET);
        assertTrue(good.contains(rule), good);
        ResolvedCreateTableStmt broken = (ResolvedCreateTableStmt)
                new BigQueryCatalog().run(good.replace(rule, "")).get(0);
        assertEquals(1, TableRules.violations(broken).size(), () -> TableRules.violations(broken)
                .toString());
    }

    @Test
    void aTableThatStaysForEverOrHasAnUndescribedNestedFieldIsFound() {
        String good = BigQueryTables.opportunities("v1").createIfAbsent(Scripts.DATASET);
        String eternal = good.replaceAll("  (partition_expiration_days|expiration_timestamp) = .*,\n", "");
        String undescribed = good.replace(" OPTIONS(description = 'Answers with an ad.')", "");
        assertEquals(List.of("no expiration"), violations(eternal));
        assertEquals(1, violations(undescribed).size());
    }

    private static List<String> violations(String sql) {
        return TableRules.violations(
                (ResolvedCreateTableStmt) new BigQueryCatalog().run(sql).get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollups",
                "ad_opportunities",
                "aggregator_channel_by_minute",
                "aggregator_region_device_model_by_hour",
                "aggregator_ad_by_day",
                "previous_channel_channel_devices_by_hour"
            })
    void aFilterOnTheDayReachesEveryTableBelowAView(String view) {
        assertEquals(
                List.of(), unfiltered("SELECT * " + from(view) + "WHERE day >= '2026-11-01' AND day < '2026-12-01'"));
        assertEquals(List.of(), unfiltered("SELECT * " + from(view) + "WHERE day IN ('2026-11-01', '2026-11-03')"));
    }

    /** The check itself: batch tables need a filter of the reader's, live ones bring theirs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "WHERE channel_id = 'news'",
                "WHERE DATE_TRUNC(day, MONTH) = '2026-11-01'",
                "WHERE day = '2026-11-01' OR channel_id = 'news'"
            })
    void aQueryWithoutAFilterOnTheDayIsFound(String where) {
        String rollups = path(BigQueryTables.rollups(Scripts.IN_FORCE.version().orElseThrow()));
        assertEquals(List.of(rollups), unfiltered("SELECT SUM(requests)" + from("rollups") + where));
        assertEquals(List.of(rollups), unfiltered("SELECT requests" + from("aggregator_channel_by_day") + where));
    }

    /** The check itself: a boundary that is looked up prunes nothing. */
    @Test
    void aLiveBoundaryFromASubqueryIsFound() {
        String live = BigQueryTables.live().name();
        assertEquals(List.of(), unfiltered("SELECT requests" + from(live) + "WHERE ingest_batch > 42"));
        assertEquals(
                List.of(path(BigQueryTables.live())),
                unfiltered("SELECT requests" + from(live) + "WHERE ingest_batch > (SELECT MAX(cut)" + from("position")
                        + ")"));
    }

    @Test
    void whatAPruningFilterCannotPassIsFound() {
        String day = "WHERE day = '2026-11-01'";
        assertEquals(
                1,
                unfiltered("SELECT * FROM (SELECT *" + from("rollups") + "LIMIT 5) " + day)
                        .size());
        assertEquals(
                1,
                unfiltered("SELECT * FROM (SELECT DATE_ADD(day, INTERVAL 1 DAY) AS day" + from("rollups") + ") " + day)
                        .size());
    }

    @Test
    void beforeTheFirstFlipEverythingIsLive() {
        Dataset dataset = Scripts.DATASET;
        BigQueryCatalog fresh = new BigQueryCatalog();
        BigQueryTables.shared().forEach(table -> fresh.run(table.createIfAbsent(dataset)));
        new MergedViews(dataset, InForce.NOTHING).all().forEach(view -> fresh.run(view.createOrReplace(dataset)));
        assertFalse(fresh.expanded("SELECT 1" + from("rollups")).contains("'batch'"));
    }

    @Test
    void maintenanceStatementsAreAnalysed() {
        BigQueryTable live = BigQueryTables.live();
        assertTrue(live.forget(Scripts.DATASET, 25_000).endsWith("WHERE ingest_batch < 20000"));
        assertTrue(live.forget(Scripts.DATASET, 19_999).endsWith("WHERE ingest_batch < 20000"));
        CATALOG.run(live.forget(Scripts.DATASET, 25_000));
        CATALOG.run(live.keep(Scripts.DATASET, 90));
        CATALOG.run(live.drop(Scripts.DATASET));
    }

    /** What a night says where it makes a version's table from that of the version before. */
    @ParameterizedTest
    @ValueSource(strings = {"rollups", "ad_opportunities"})
    void aCloneSaysWhatATableMustAndTouchesOnlyTheDaysThatItNames(String name) {
        BigQueryTable base = ofVersion("v1", name);
        BigQueryTable next = ofVersion("v2", name);
        BigQueryCatalog night = new BigQueryCatalog();
        night.run(base.createIfAbsent(Scripts.DATASET));
        ResolvedCreateTableStmt clone = (ResolvedCreateTableStmt)
                night.run(next.cloneIfAbsent(Scripts.DATASET, base)).get(0);
        assertEquals(
                path(base),
                ((ResolvedTableScan) clone.getCloneFrom()).getTable().getFullName());
        assertEquals(
                List.of("no PARTITION BY", "no CLUSTER BY"),
                TableRules.violations(clone),
                "a clone has these from its base, and only these");

        night.run(next.createIfAbsent(Scripts.DATASET));
        Map<String, String> partitions = Map.of(path(next), "day");
        List<LocalDate> days = List.of(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 3));
        ResolvedQueryStmt count = (ResolvedQueryStmt)
                night.run(next.countDays(Scripts.DATASET, days)).get(0);
        assertEquals(List.of(), PartitionFilters.missing(count.getQuery(), partitions));
        for (String sql : List.of(
                next.deleteDays(Scripts.DATASET, days),
                next.deleteBefore(Scripts.DATASET, LocalDate.of(2025, 10, 1)))) {
            assertEquals(List.of(), unfilteredDelete(night, sql, partitions), sql);
        }
        assertEquals(
                List.of(path(next)),
                unfilteredDelete(
                        night,
                        next.deleteDays(Scripts.DATASET, days).replace("day IN", "CAST(day AS STRING) IN"),
                        partitions));
        night.run(next.complete(Scripts.DATASET, "0a1b2c3d"));
    }

    private static BigQueryTable ofVersion(String version, String name) {
        return name.equals("rollups") ? BigQueryTables.rollups(version) : BigQueryTables.opportunities(version);
    }

    private static List<String> unfilteredDelete(BigQueryCatalog catalog, String sql, Map<String, String> partitions) {
        return PartitionFilters.missing((ResolvedDeleteStmt) catalog.run(sql).get(0), partitions);
    }
}
