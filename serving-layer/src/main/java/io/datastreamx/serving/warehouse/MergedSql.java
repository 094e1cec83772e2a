package io.datastreamx.serving.warehouse;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.serving.report.Dimension;
import io.datastreamx.serving.report.Position;
import io.datastreamx.serving.report.ReportPlan;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.warehouse.views.Dataset;
import io.datastreamx.warehouse.views.InForce;
import io.datastreamx.warehouse.views.MergedViews;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A report as GoogleSQL over the merged views' own queries, for one position: version, cut, last batch and days stand
 * in it as literals, so that partitions are pruned and a flip under way changes nothing. Of what a caller wrote nothing
 * becomes SQL text: names come from closed lists, values are parameters.
 */
final class MergedSql {
    /**
     * The keys' columns are {@code k0}, {@code k1} and so on, a time as minutes since the epoch; sums have their own
     * names.
     */
    record Statement(String text, Map<String, String> parameters) {}

    private static final String FIRST_DAY = "DATE '0001-01-01'";

    private final MergedViews views;
    private final Position position;
    private final ReportPlan plan;
    private final Map<String, String> parameters = new LinkedHashMap<>();

    MergedSql(Dataset dataset, Position position, ReportPlan plan) {
        this.views = new MergedViews(dataset, new InForce(position.version(), position.cut(), position.grains()));
        this.position = position;
        this.plan = plan;
    }

    /** One row per group, in the plan's order; without grouping columns always one. @param limit most groups, if any */
    Statement sums(OptionalInt limit) {
        List<String> selected = keys();
        selected.add("COUNT(*) AS n");
        plan.query().sumsNeeded().forEach(sum -> selected.add("IFNULL(SUM(" + sum + "), 0) AS " + sum));
        String text = "SELECT " + String.join(", ", selected) + "\nFROM (\n" + rows() + "\n)";
        if (!plan.query().by().isEmpty()) {
            text = "SELECT *\nFROM (\n" + text + "\nGROUP BY " + String.join(", ", keyNames()) + "\n)\nORDER BY "
                    + plan.order() + (limit.isPresent() ? "\nLIMIT " + limit.getAsInt() : "");
        }
        return new Statement(text, Map.copyOf(parameters));
    }

    /** The sketches themselves, which BigQuery's own functions cannot unite. */
    Statement sketches(int limit) {
        List<String> selected = keys();
        selected.add(DeviceSketch.COLUMN);
        return new Statement(
                "SELECT " + String.join(", ", selected) + "\nFROM (\n" + rows() + "\n)\nWHERE " + DeviceSketch.COLUMN
                        + " IS NOT NULL\nLIMIT " + limit,
                Map.copyOf(parameters));
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        List<ReportQuery.By> by = plan.query().by();
        for (int i = 0; i < by.size(); i++) {
            keys.add(key(by.get(i).dimension()) + " AS " + ReportPlan.key(i));
        }
        return keys;
    }

    private List<String> keyNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < plan.query().by().size(); i++) {
            names.add(ReportPlan.key(i));
        }
        return names;
    }

    private static String key(Dimension dimension) {
        // DIV and MOD round towards 0
        return dimension
                .grain()
                .map(grain -> "DIV(UNIX_SECONDS(minute) - MOD(MOD(UNIX_SECONDS(minute), %1$d) + %1$d, %1$d), 60)"
                        .formatted(60 * grain.minutes()))
                .orElse(dimension.column());
    }

    private String rows() {
        parameters.clear();
        List<String> parts = new ArrayList<>();
        if (plan.query().view().readsBatch()) {
            (plan.rollup().isPresent() ? views.batchRollups() : views.batchOpportunities())
                    .ifPresent(query -> parts.add(part(query, List.of())));
        }
        String live = plan.rollup().isPresent() ? views.liveRollups() : views.liveOpportunities();
        if (plan.query().view().readsLive()) {
            parts.add(part(live, List.of("ingest_batch <= " + position.ingestBatch())));
        }
        return parts.isEmpty() ? part(live, List.of("FALSE")) : String.join("\nUNION ALL\n", parts);
    }

    /**
     * Each part has the filter itself: a table that requires one must not depend on its being pushed through the union.
     */
    private String part(String query, List<String> more) {
        List<String> conditions = new ArrayList<>(days());
        conditions.addAll(more);
        plan.rollup().ifPresent(rollup -> conditions.add("`" + Rollup.COLUMN + "` = '" + rollup.id() + "'"));
        plan.query().fromMinute().ifPresent(minute -> conditions.add("minute >= " + timestamp(minute)));
        plan.query().toMinute().ifPresent(minute -> conditions.add("minute < " + timestamp(minute)));
        plan.query().where().forEach((dimension, values) -> conditions.add(accepted(dimension.column(), values)));
        return "SELECT " + String.join(", ", plan.columns()) + "\nFROM (\n" + query.indent(2) + ")\nWHERE "
                + String.join(" AND ", conditions);
    }

    /**
     * Without a first minute from the first day that there can be: BigQuery keeps the limit on what a query may bill.
     */
    private List<String> days() {
        List<String> days = new ArrayList<>(List.of("day >= "
                + plan.query().fromMinute().stream()
                        .mapToObj(MergedSql::day)
                        .findFirst()
                        .orElse(FIRST_DAY)));
        plan.query().toMinute().ifPresent(minute -> days.add("day <= " + day(minute - 1)));
        return days;
    }

    private static String day(long minute) {
        return "DATE '" + LocalDate.ofEpochDay(Math.floorDiv(minute, 1440L)) + "'";
    }

    private static String timestamp(long minute) {
        return "TIMESTAMP_SECONDS(" + 60 * minute + ")";
    }

    private String accepted(String column, List<String> values) {
        List<String> either = new ArrayList<>();
        List<String> named = values.stream().filter(value -> !value.isEmpty()).toList();
        if (!named.isEmpty()) {
            either.add(column + " IN ("
                    + String.join(", ", named.stream().map(this::parameter).toList()) + ")");
        }
        if (named.size() < values.size()) {
            either.add(column + " IS NULL");
        }
        return "(" + String.join(" OR ", either) + ")";
    }

    private String parameter(String value) {
        String name = "p" + parameters.size();
        parameters.put(name, value);
        return "@" + name;
    }
}
