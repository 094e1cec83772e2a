package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_AD;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.sketch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.ColumnType.Primitive;
import io.datastreamx.contract.table.Table;
import io.datastreamx.serving.lake.CopySettings;
import io.datastreamx.serving.report.BadQueryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More ads than fit into the memory that there is, with their distinct boxes: the first of them answer. */
class ManyAdsTest {
    private static final int ADS = 300_000;

    @TempDir
    static Path folder;

    private static Ask ask;

    /** Ad i has i impressions in each of two minutes; its boxes are the same five, of ad 123456 fifty others too. */
    @BeforeAll
    static void open() throws Exception {
        TestLake lake = new TestLake(folder.resolve("lake"));
        String columns = Table.BATCH_ROLLUPS.columns().stream()
                .map(column -> value(column) + " AS " + column.name())
                .collect(Collectors.joining(", "));
        lake.ledger(1);
        lake.nested(
                lake.lake.table(Table.BATCH_ROLLUPS),
                "night",
                0,
                "SELECT " + columns + " FROM range(" + ADS + ") AS ads(ad), range(2) AS minutes(minute_of_day)");
        lake.publishWhatIsThere("v1", 1);
        lake.flip("v1", 1);
        ask = new Ask(lake, new CopySettings(folder.resolve("serving"), false, 128L << 20, Duration.ofMinutes(5)));
    }

    private static String value(Column column) {
        return switch (column.name()) {
            case Rollup.COLUMN -> "'" + AGGREGATOR_AD.id() + "'";
            case Rollup.MINUTE -> "TIMESTAMPTZ '" + T0 + "' + to_minutes(minute_of_day)";
            case "ad_id" -> "'creative-' || ad";
            case "impressions" -> "ad";
            case DeviceSketch.COLUMN -> "CASE WHEN ad = 123456 THEN " + blob(5, 50) + " ELSE " + blob(0, 5) + " END";
            default -> column.type() == Primitive.LONG ? "0::BIGINT" : "NULL::VARCHAR";
        };
    }

    private static String blob(int firstDevice, int devices) {
        return "from_hex('" + HexFormat.of().formatHex(sketch(firstDevice, devices)) + "')";
    }

    @AfterAll
    static void close() {
        ask.close();
    }

    private static List<Object> ads(String... parameters) {
        return ask.report(parameters).rows().stream().map(row -> row.get("ad")).toList();
    }

    @Test
    void theLargestAnswer() {
        List<Object> largest = IntStream.range(0, 10)
                .<Object>mapToObj(i -> "creative-" + (ADS - 1 - i))
                .toList();
        assertThat(ads("by=ad", "order=-impressions", "limit=10")).isEqualTo(largest);
        assertThat(ads("by=ad", "measures=impressions,unique_devices", "order=-impressions", "limit=10"))
                .isEqualTo(largest);
        assertThat(ads("by=ad", "limit=10")).hasSize(10).startsWith("creative-0", "creative-1", "creative-10");
    }

    @Test
    void thoseWithTheMostBoxesAnswer() {
        assertThat(ask.report("by=ad", "measures=impressions,unique_devices", "order=-unique_devices", "limit=2")
                        .rows())
                .extracting(row -> row.get("ad"), row -> row.get("impressions"), row -> row.get("unique_devices"))
                .containsExactly(tuple("creative-123456", 246_912L, 50L), tuple("creative-0", 0L, 5L));
    }

    @Test
    void allOfThemAreRefused() {
        assertThatThrownBy(() -> ask.report("by=ad", "measures=unique_devices"))
                .isInstanceOf(BadQueryException.class)
                .hasMessageContaining("more than 100000 rows");
    }
}
