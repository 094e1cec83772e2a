package io.datastreamx.serving;

import static io.datastreamx.contract.measure.Rollup.AGGREGATOR_AD;
import static io.datastreamx.serving.TestLake.T0;
import static io.datastreamx.serving.TestLake.row;
import static io.datastreamx.serving.TestLake.sketch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.serving.report.BadQueryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dimension with very many values: the first of them in any order, and a refusal of all of them. */
class ManyValuesTest {
    private static final int VALUES = 3_000;
    private static final int MOST = 100;

    @TempDir
    static Path folder;

    private static Ask ask;

    /** Value i has (i * 7919) mod 1009 impressions: no order by it is that of the keys, and many are equal. */
    private static long impressions(int value) {
        return value * 7919L % 1009;
    }

    private static int devices(int value) {
        return value * 31 % 97 == 0 ? 40 + value % 7 : 0;
    }

    private static String ad(int value) {
        return "creative-" + value;
    }

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void open() {
        TestLake lake = new TestLake(folder);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int value = 0; value < VALUES; value++) {
            rows.add(row(
                    AGGREGATOR_AD,
                    T0,
                    "ad_id",
                    ad(value),
                    "impressions",
                    impressions(value),
                    "responses",
                    value % 10,
                    "fills",
                    value % 3,
                    value % 2 == 0 ? "latency_ms_le_10" : "latency_ms_le_150",
                    value % 10,
                    "devices",
                    devices(value) == 0 ? null : sketch(value, devices(value))));
        }
        lake.complete(1, rows.toArray(Map[]::new));
        ask = new Ask(lake, MOST);
    }

    @AfterAll
    static void close() {
        ask.close();
    }

    private static List<Object> ads(String... parameters) {
        return ask.report(parameters).rows().stream().map(row -> row.get("ad")).toList();
    }

    /** The first values by an order, and by their keys where it does not decide. */
    private static List<Object> first(int count, Comparator<Integer> order) {
        List<Integer> values = new ArrayList<>();
        for (int value = 0; value < VALUES; value++) {
            values.add(value);
        }
        values.sort(order.thenComparing(ManyValuesTest::ad));
        return values.stream().limit(count).<Object>map(ManyValuesTest::ad).toList();
    }

    @Test
    void allOfThemAreRefusedWithAWayOut() {
        assertThatThrownBy(() -> ask.report("by=ad"))
                .isInstanceOf(BadQueryException.class)
                .hasMessageContaining("more than 100 rows")
                .hasMessageContaining("datastreamx.serving.most-rows")
                .hasMessageContaining("limit=");
        assertThatThrownBy(() -> ask.report("by=ad", "measures=unique_devices"))
                .isInstanceOf(BadQueryException.class)
                .hasMessageContaining("more than 100 rows");
        assertThatThrownBy(() -> ask.report("by=ad", "limit=5000"))
                .isInstanceOf(BadQueryException.class)
                .hasMessageContaining("more than 100 rows");
        assertThatThrownBy(() -> ask.report("by=ad", "order=-latency_p95", "limit=101"))
                .isInstanceOf(BadQueryException.class)
                .hasMessageContaining("more than 100 rows");
        assertThat(ads("by=ad", "limit=100")).hasSize(100);
    }

    @Test
    void withALimitTheFirstInAnyOrderAnswer() {
        assertThat(ads("by=ad", "limit=10")).isEqualTo(first(10, Comparator.comparing(ManyValuesTest::ad)));
        assertThat(ads("by=ad", "order=-ad", "limit=3"))
                .containsExactly("creative-999", "creative-998", "creative-997");
        assertThat(ads("by=ad", "order=-impressions", "limit=50"))
                .isEqualTo(first(
                        50, Comparator.comparing(ManyValuesTest::impressions).reversed()));
        Comparator<Integer> fillRate = Comparator.comparing(
                value -> value % 10 == 0 ? null : (double) (value % 3) / (value % 10),
                Comparator.nullsLast(Comparator.reverseOrder()));
        assertThat(ads("by=ad", "order=-fill_rate,-impressions", "limit=90"))
                .isEqualTo(first(
                        90,
                        fillRate.thenComparing(Comparator.comparing(ManyValuesTest::impressions)
                                .reversed())));
    }

    /** What SQL cannot tell: percentiles and distinct boxes. */
    @Test
    void ordersThatOnlyJavaCanTellAnswerToo() {
        Comparator<Integer> slowest = Comparator.comparing(
                value -> value % 10 == 0 ? null : value % 2, Comparator.nullsLast(Comparator.reverseOrder()));
        assertThat(ads("by=ad", "order=-latency_p95", "limit=20")).isEqualTo(first(20, slowest));
        assertThat(ads("by=ad", "measures=unique_devices,impressions", "order=-unique_devices", "limit=12"))
                .isEqualTo(
                        first(12, Comparator.comparing(ManyValuesTest::devices).reversed()));
    }

    @Test
    void distinctBoxesBelongToTheirValue() {
        List<Map<String, Object>> rows = ask.report(
                        "by=ad", "measures=unique_devices,impressions", "order=-impressions", "limit=40")
                .rows();
        List<Object> ads =
                first(40, Comparator.comparing(ManyValuesTest::impressions).reversed());
        for (int i = 0; i < ads.size(); i++) {
            int value = Integer.parseInt(((String) ads.get(i)).substring("creative-".length()));
            assertThat(rows.get(i)).containsEntry("ad", ads.get(i)).containsEntry("unique_devices", (long)
                    devices(value));
        }
        assertThat((Long) ask.value("unique_devices", "where=ad=creative-97")).isEqualTo(devices(97));
    }
}
