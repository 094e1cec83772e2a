package io.datastreamx.serving.lake;

import io.datastreamx.contract.measure.DeviceSketch;
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

/**
 * Groups of a source's rows, which DuckDB groups, sums, orders and cuts off. They are taken from it one after the
 * other, and so are the sketches of each: neither is ever held as a whole.
 */
final class Groups {
    private final ReportPlan plan;
    private final ReportQuery query;
    private final ReportLimits limits;
    private final GroupSql sql;

    Groups(ReportPlan plan, ReportLimits limits, Sql source) {
        this.plan = plan;
        this.query = plan.query();
        this.limits = limits;
        this.sql = new GroupSql(plan, limits, source);
    }

    ReportRows in(ReadTransaction transaction) {
        ReportRows rows = plan.rows(limits);
        if (query.needsSketch()) {
            Sketched sketched = new Sketched(rows);
            Sql sketches = sql.sketches();
            transaction.forEach(sketches.text(), sketches.values(), sketched);
            sketched.end();
        } else {
            Sql groups = sql.groups();
            transaction.forEach(groups.text(), groups.values(), row -> rows.add(group(row)));
        }
        return rows;
    }

    private Group group(ResultSet row) throws SQLException {
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
        return new Group(key, sums, 0);
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
            if (row.getLong(GroupSql.NUMBER) != number) {
                end();
                number = row.getLong(GroupSql.NUMBER);
                group = group(row);
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
