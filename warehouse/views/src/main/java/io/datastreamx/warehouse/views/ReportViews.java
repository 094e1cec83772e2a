package io.datastreamx.warehouse.views;

import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.measure.DerivedMeasure;
import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Measure;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reports for dashboards: per rollup and grain one row per combination of its dimensions, with measures, ratios and
 * percentiles. They read the view {@code rollups} and name no version, so a flip leaves them as they are. Each shows
 * {@code day} and must be filtered on it.
 */
public final class ReportViews {
    /**
     * Apache DataSketches' function for BigQuery, in the public dataset of the US multi-region: sketches of one group
     * to the sketch of all.
     */
    public static final String UNITE_SKETCHES = "bqutil.datasketches.hll_sketch_agg_union";
    /** Its estimate. */
    public static final String ESTIMATE_SKETCH = "bqutil.datasketches.hll_sketch_get_estimate";

    private ReportViews() {}

    /** All reports of additive measures, ratios and percentiles. */
    public static List<BigQueryView> all(Dataset dataset) {
        return forEach((rollup, grain) -> report(dataset, rollup, grain));
    }

    /**
     * All reports of distinct boxes. Apart from the others, since sketches are most of a rollup's bytes. BigQuery's own
     * HLL_COUNT reads another format than Spark writes; these functions of Apache DataSketches read that very one, so
     * that both sides of the cut unite.
     */
    public static List<BigQueryView> devices(Dataset dataset) {
        return forEach((rollup, grain) -> devices(dataset, rollup, grain));
    }

    private interface PerRollup {
        BigQueryView of(Rollup rollup, Grain grain);
    }

    private static List<BigQueryView> forEach(PerRollup view) {
        return Arrays.stream(Rollup.values())
                .flatMap(rollup -> Arrays.stream(Grain.values()).map(grain -> view.of(rollup, grain)))
                .toList();
    }

    /** One report. */
    public static BigQueryView report(Dataset dataset, Rollup rollup, Grain grain) {
        List<BigQueryView.Column> columns = keyColumns(rollup, grain);
        List<String> selected = new ArrayList<>(keys(rollup, grain));
        List<String> sums = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            columns.add(new BigQueryView.Column(measure.column(), measure.meaning()));
            selected.add(measure.column());
            sums.add("SUM(" + measure.column() + ") AS " + measure.column());
        }
        sums.add(Derived.buckets());
        for (DerivedMeasure measure : DerivedMeasure.values()) {
            columns.add(new BigQueryView.Column(measure.column(), measure.meaning()));
            selected.add(Derived.sql(measure) + " AS " + measure.column());
        }
        for (String name : DerivedMeasure.LATENCY_PERCENTILES) {
            int percent = Integer.parseInt(name.substring(name.lastIndexOf('p') + 1));
            columns.add(
                    new BigQueryView.Column(name, "Milliseconds that " + percent + " % of responses did not exceed."));
            selected.add(Derived.percentile(percent) + " AS " + name);
        }
        return new BigQueryView(
                rollup.id() + "_by_" + grain.id(),
                "By " + grain.id() + " and " + String.join(", ", rollup.dimensions())
                        + ": every measure, ratio and percentile. Filter on day.",
                columns,
                "SELECT " + String.join(",\n  ", selected) + "\nFROM (\n"
                        + indented(grouped(dataset, rollup, grain, sums)) + ")");
    }

    private static BigQueryView devices(Dataset dataset, Rollup rollup, Grain grain) {
        List<BigQueryView.Column> columns = keyColumns(rollup, grain);
        columns.add(new BigQueryView.Column(
                DerivedMeasure.UNIQUE_DEVICES, "Distinct boxes, estimated; holds within one key period."));
        String estimate = "CAST(ROUND(`" + ESTIMATE_SKETCH + "`(`" + UNITE_SKETCHES + "`(" + DeviceSketch.COLUMN
                + "))) AS INT64) AS " + DerivedMeasure.UNIQUE_DEVICES;
        return new BigQueryView(
                rollup.id() + "_devices_by_" + grain.id(),
                "Distinct boxes by " + grain.id() + " and " + String.join(", ", rollup.dimensions())
                        + ". Filter on day.",
                columns,
                grouped(dataset, rollup, grain, List.of(estimate)));
    }

    private static String grouped(Dataset dataset, Rollup rollup, Grain grain, List<String> aggregates) {
        List<String> keys = keys(rollup, grain);
        List<String> selected = keys.stream()
                .map(key -> key.equals(Grain.HOUR.id()) ? "TIMESTAMP_TRUNC(minute, HOUR, 'UTC') AS hour" : key)
                .collect(Collectors.toCollection(ArrayList::new));
        selected.addAll(aggregates);
        return "SELECT " + String.join(",\n  ", selected) + "\nFROM " + dataset.quoted(MergedViews.ROLLUPS)
                + "\nWHERE `rollup` = " + GoogleSql.text(rollup.id()) + keptBy(grain) + "\nGROUP BY "
                + String.join(", ", keys);
    }

    /** Days that are kept by a coarser grain are left out, their live rows with them. */
    private static String keptBy(Grain grain) {
        String kept = Arrays.stream(Grain.values())
                .filter(each -> !each.isCoarserThan(grain))
                .map(each -> GoogleSql.text(each.id()))
                .collect(Collectors.joining(", "));
        return grain == Grain.DAY ? "" : " AND " + MergedViews.GRAIN + " IN (" + kept + ")";
    }

    private static List<String> keys(Rollup rollup, Grain grain) {
        List<String> keys = new ArrayList<>(List.of(BigQueryTables.DAY));
        if (grain != Grain.DAY) {
            keys.add(grain.id());
        }
        keys.addAll(rollup.dimensions());
        return keys;
    }

    private static List<BigQueryView.Column> keyColumns(Rollup rollup, Grain grain) {
        List<BigQueryView.Column> columns = new ArrayList<>();
        for (String key : keys(rollup, grain)) {
            String meaning = key.equals(BigQueryTables.DAY)
                    ? "Day of the event time, UTC. Filter on it."
                    : key.equals(grain.id())
                            ? "The " + key + " of the event time."
                            : EventSchema.allFields().get(key).meaning();
            columns.add(new BigQueryView.Column(key, meaning));
        }
        return columns;
    }

    private static String indented(String text) {
        return text.indent(2).stripTrailing();
    }
}
