package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.DeviceSketch;
import io.datastreamx.serving.report.Dimension;
import io.datastreamx.serving.report.Group;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.report.ReportPlan;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.ReportRows;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Groups, sums, orders and cuts off a source's rows in DuckDB. Groups are taken from it one after the other, and so are
 * the sketches of each: neither is ever held as a whole.
 */
final class Groups {
    private static final String NUMBER = "n";

    private final ReportPlan plan;
    private final ReportQuery query;
    private final ReportLimits limits;
    private final Sql source;

    Groups(ReportPlan plan, ReportLimits limits, Sql source) {
        this.plan = plan;
        this.query = plan.query();
        this.limits = limits;
        this.source = source;
    }

    ReportRows in(ReadTransaction transaction) {
        ReportRows rows = plan.rows(limits);
        if (query.needsSketch()) {
            Sketched sketched = new Sketched(rows);
            Sql parts = sketches();
            transaction.forEach(parts.text(), parts.values(), sketched);
            sketched.end();
        } else {
            transaction.forEach(chosen(), source.values(), row -> rows.add(group(row, 0)));
        }
        return rows;
    }

    /** The groups that tell the answer, in order. */
    private String chosen() {
        OptionalInt most = plan.groupsRead(limits);
        return "SELECT * FROM (" + sums() + ")" + orderBy() + (most.isPresent() ? " LIMIT " + most.getAsInt() : "");
    }

    private String numbered() {
        return "SELECT *, row_number() OVER (" + orderBy() + ") AS " + NUMBER + " FROM (" + chosen() + ") ORDER BY "
                + NUMBER;
    }

    private String orderBy() {
        return plan.order().isEmpty() ? "" : " ORDER BY " + plan.order();
    }

    /**
     * The count makes one row of an empty answer without grouping, also where only the sketch is asked for. Sums are
     * DuckDB's 128-bit integers, so they are exact.
     */
    private String sums() {
        List<String> selected = new ArrayList<>(keys());
        selected.add("count(*)");
        query.sumsNeeded().forEach(sum -> selected.add("coalesce(sum(" + sum + "), 0) AS " + sum));
        String text = "SELECT " + String.join(", ", selected) + " FROM (" + source.text() + ")";
        return query.by().isEmpty() ? text : text + " GROUP BY " + String.join(", ", keyNames());
    }

    private List<String> keys() {
        return IntStream.range(0, query.by().size())
                .mapToObj(i -> key(query.by().get(i).dimension()) + " AS " + ReportPlan.key(i))
                .toList();
    }

    private List<String> keyNames() {
        return IntStream.range(0, query.by().size()).mapToObj(ReportPlan::key).toList();
    }

    /** A time as minutes since the epoch. */
    private static String key(Dimension dimension) {
        return dimension.isTime() ? StoredColumns.floor("minute", dimension.minutes()) : dimension.column();
    }

    private Group group(ResultSet row, long uniqueDevices) throws SQLException {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < query.by().size(); i++) {
            key.add(
                    query.by().get(i).dimension().isTime()
                            ? Group.time(row.getLong(i + 1))
                            : (Object) row.getString(i + 1));
        }
        Map<String, Number> sums = new HashMap<>();
        int column = key.size() + 2;
        for (String sum : query.sumsNeeded()) {
            sums.put(sum, Group.exact((BigInteger) row.getObject(column++)));
        }
        return new Group(key, sums, uniqueDevices);
    }

    /** The chosen groups in their order, each once for every sketch that it has, or once without. */
    private Sql sketches() {
        List<String> selected = new ArrayList<>(keys());
        selected.add(DeviceSketch.COLUMN);
        String joined = query.by().isEmpty()
                ? "true"
                : keyNames().stream()
                        .map(key -> "part." + key + " IS NOT DISTINCT FROM chosen." + key)
                        .collect(Collectors.joining(" AND "));
        return new Sql(
                        "SELECT chosen.*, part." + DeviceSketch.COLUMN + " FROM (" + numbered() + ") AS chosen",
                        source.values())
                .then(Sql.of("LEFT JOIN (SELECT " + String.join(", ", selected) + " FROM ("))
                .then(source)
                .then(Sql.of(") WHERE " + DeviceSketch.COLUMN + " IS NOT NULL) AS part ON " + joined
                        + " ORDER BY chosen." + NUMBER));
    }

    /** Unites the sketches of one group after the other. */
    private final class Sketched implements ReadTransaction.RowConsumer {
        private final ReportRows rows;
        private long number;
        private Group group;
        private DeviceSketch united;

        Sketched(ReportRows rows) {
            this.rows = rows;
        }

        @Override
        public void accept(ResultSet row) throws SQLException {
            if (row.getLong(NUMBER) != number) {
                end();
                number = row.getLong(NUMBER);
                group = group(row, 0);
                united = new DeviceSketch();
            }
            united.add(row.getBytes(row.findColumn(DeviceSketch.COLUMN)));
        }

        void end() {
            if (group != null) {
                rows.add(new Group(group.key(), group.sums(), united.estimate()));
            }
        }
    }
}
