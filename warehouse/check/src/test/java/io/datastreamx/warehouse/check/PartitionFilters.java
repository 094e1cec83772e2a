package io.datastreamx.warehouse.check;

import com.google.zetasql.SimpleTable;
import com.google.zetasql.resolvedast.ResolvedColumn;
import com.google.zetasql.resolvedast.ResolvedJoinScanEnums.JoinType;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedAggregateScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedAnalyticScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedArrayScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedColumnRef;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedComputedColumn;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedDeleteStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedExpr;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedFilterScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedFunctionCall;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedJoinScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedLimitOffsetScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOrderByScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedProjectScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedSetOperationItem;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedSetOperationScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedSingleRowScan;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedSubqueryExpr;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedTableScan;
import com.google.zetasql.resolvedast.ResolvedNodes.Visitor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds scans that no filter prunes. A filter counts for a table where it compares the partition column with constants
 * and can be moved down to the scan: through projections, unions, inner joins, unnesting and the keys of a grouping,
 * but not through limits, windows or computed columns. A boundary that is looked up, be it by a subquery or a join,
 * does not count.
 */
final class PartitionFilters {
    private static final Set<String> COMPARISONS =
            Set.of("$equal", "$less", "$less_or_equal", "$greater", "$greater_or_equal", "$between", "$in");

    private final Map<String, String> partitionColumns;
    private final List<String> unfiltered = new ArrayList<>();

    private PartitionFilters(Map<String, String> partitionColumns) {
        this.partitionColumns = partitionColumns;
    }

    /**
     * @param partitionColumns the partition column of each table that has one
     * @return the tables that the query scans whole, one entry per scan
     */
    static List<String> missing(ResolvedScan query, Map<String, String> partitionColumns) {
        PartitionFilters filters = new PartitionFilters(partitionColumns);
        filters.check(query, Set.of());
        return filters.unfiltered;
    }

    /** The same of a statement that deletes. */
    static List<String> missing(ResolvedDeleteStmt delete, Map<String, String> partitionColumns) {
        PartitionFilters filters = new PartitionFilters(partitionColumns);
        Set<Long> compared = new HashSet<>();
        collect(delete.getWhereExpr(), compared);
        filters.checkTable(delete.getTableScan(), compared);
        return filters.unfiltered;
    }

    /** @param compared ids of columns that a filter above compares with constants */
    private void check(ResolvedScan scan, Set<Long> compared) {
        if (scan instanceof ResolvedTableScan table) {
            checkTable(table, compared);
        } else if (scan instanceof ResolvedFilterScan filter) {
            Set<Long> more = new HashSet<>(compared);
            collect(filter.getFilterExpr(), more);
            subqueries(filter.getFilterExpr());
            check(filter.getInputScan(), more);
        } else if (scan instanceof ResolvedProjectScan project) {
            check(project.getInputScan(), through(project.getExprList(), compared, true));
        } else if (scan instanceof ResolvedAggregateScan aggregate) {
            aggregate.getAggregateList().forEach(column -> subqueries(column.getExpr()));
            check(aggregate.getInputScan(), through(aggregate.getGroupByList(), compared, false));
        } else if (scan instanceof ResolvedSetOperationScan union) {
            for (ResolvedSetOperationItem item : union.getInputItemList()) {
                check(item.getScan(), renamed(union.getColumnList(), item.getOutputColumnList(), compared));
            }
        } else if (scan instanceof ResolvedJoinScan join) {
            if (join.getJoinExpr() != null) {
                subqueries(join.getJoinExpr());
            }
            boolean inner = join.getJoinType() == JoinType.INNER;
            check(join.getLeftScan(), inner || join.getJoinType() == JoinType.LEFT ? compared : Set.of());
            check(join.getRightScan(), inner ? compared : Set.of());
        } else if (scan instanceof ResolvedArrayScan array) {
            if (array.getInputScan() != null) {
                check(array.getInputScan(), compared);
            }
        } else if (scan instanceof ResolvedOrderByScan order) {
            check(order.getInputScan(), compared);
        } else if (scan instanceof ResolvedLimitOffsetScan limit) {
            check(limit.getInputScan(), Set.of());
        } else if (scan instanceof ResolvedAnalyticScan analytic) {
            check(analytic.getInputScan(), Set.of());
        } else if (!(scan instanceof ResolvedSingleRowScan)) {
            throw new IllegalStateException("it is not known whether filters pass through " + scan.nodeKindString());
        }
    }

    private void checkTable(ResolvedTableScan scan, Set<Long> compared) {
        String name = scan.getTable().getFullName();
        String partitionColumn = partitionColumns.get(name);
        if (partitionColumn == null) {
            return;
        }
        SimpleTable table = (SimpleTable) scan.getTable();
        for (int i = 0; i < scan.getColumnList().size(); i++) {
            int index = scan.getColumnIndexList().get(i).intValue();
            if (table.getColumn(index).getName().equals(partitionColumn)
                    && compared.contains(scan.getColumnList().get(i).getId())) {
                return;
            }
        }
        unfiltered.add(name);
    }

    /**
     * Ids below a projection or grouping: those of plain renamed columns, and with {@code passing} those that go
     * through untouched.
     */
    private Set<Long> through(List<ResolvedComputedColumn> computed, Set<Long> compared, boolean passing) {
        Set<Long> below = passing ? new HashSet<>(compared) : new HashSet<>();
        for (ResolvedComputedColumn column : computed) {
            subqueries(column.getExpr());
            if (compared.contains(column.getColumn().getId())
                    && column.getExpr() instanceof ResolvedColumnRef reference) {
                below.add(reference.getColumn().getId());
            }
        }
        return below;
    }

    private static Set<Long> renamed(List<ResolvedColumn> above, List<ResolvedColumn> below, Set<Long> compared) {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < above.size(); i++) {
            if (compared.contains(above.get(i).getId())) {
                ids.add(below.get(i).getId());
            }
        }
        return ids;
    }

    /** Columns that the condition compares with constants, whatever else it demands. */
    private static void collect(ResolvedExpr condition, Set<Long> ids) {
        if (!(condition instanceof ResolvedFunctionCall call)) {
            return;
        }
        if (call.getFunction().getName().equals("$and")) {
            call.getArgumentList().forEach(part -> collect(part, ids));
        } else if (COMPARISONS.contains(call.getFunction().getName())) {
            List<ResolvedColumnRef> columns = call.getArgumentList().stream()
                    .filter(ResolvedColumnRef.class::isInstance)
                    .map(ResolvedColumnRef.class::cast)
                    .toList();
            boolean others = call.getArgumentList().stream()
                    .filter(argument -> !(argument instanceof ResolvedColumnRef))
                    .allMatch(PartitionFilters::isConstant);
            if (columns.size() == 1 && others) {
                ids.add(columns.get(0).getColumn().getId());
            }
        }
    }

    private static boolean isConstant(ResolvedExpr expression) {
        boolean[] constant = {true};
        expression.accept(new Visitor() {
            @Override
            public void visit(ResolvedColumnRef reference) {
                constant[0] = false;
            }

            @Override
            public void visit(ResolvedSubqueryExpr subquery) {
                constant[0] = false;
            }
        });
        return constant[0];
    }

    private void subqueries(ResolvedExpr expression) {
        expression.accept(new Visitor() {
            @Override
            public void visit(ResolvedSubqueryExpr subquery) {
                check(subquery.getSubquery(), Set.of());
            }
        });
    }
}
