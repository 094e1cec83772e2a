package io.datastreamx.warehouse.check;

import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedColumnAnnotations;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedColumnDefinition;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateTableStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedLiteral;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a table must have so that it can neither be scanned whole by mistake nor grow for ever nor leave its reader
 * guessing.
 */
final class TableRules {
    private TableRules() {}

    /** @return what the statement lacks, in words; empty for a good table */
    static List<String> violations(ResolvedCreateTableStmt table) {
        List<String> lacking = new ArrayList<>();
        if (table.getPartitionByList().isEmpty()) {
            lacking.add("no PARTITION BY");
        }
        if (table.getClusterByList().isEmpty()) {
            lacking.add("no CLUSTER BY");
        }
        if (!isTrue(option(table.getOptionList(), "require_partition_filter"))) {
            lacking.add("no require_partition_filter");
        }
        if (option(table.getOptionList(), "expiration_timestamp").isEmpty()
                && option(table.getOptionList(), "partition_expiration_days").isEmpty()) {
            lacking.add("no expiration");
        }
        if (!isText(option(table.getOptionList(), "description"))) {
            lacking.add("no description");
        }
        for (ResolvedColumnDefinition column : table.getColumnDefinitionList()) {
            describe(column.getName(), column.getAnnotations(), column.getType().isArray(), lacking);
        }
        return lacking;
    }

    private static void describe(
            String name, ResolvedColumnAnnotations annotations, boolean array, List<String> lacking) {
        if (annotations == null || !isText(option(annotations.getOptionList(), "description"))) {
            lacking.add("column " + name + " is not described");
        }
        if (array && annotations != null) {
            // an array's only child is its element, whose children are the fields
            for (ResolvedColumnAnnotations element : annotations.getChildList()) {
                for (int i = 0; i < element.getChildList().size(); i++) {
                    describe(name + "." + i, element.getChildList().get(i), false, lacking);
                }
            }
        }
    }

    private static Optional<ResolvedOption> option(List<ResolvedOption> options, String name) {
        return options.stream().filter(option -> option.getName().equals(name)).findFirst();
    }

    private static boolean isTrue(Optional<ResolvedOption> option) {
        return option.filter(o -> o.getValue() instanceof ResolvedLiteral literal
                        && literal.getValue().getBoolValue())
                .isPresent();
    }

    private static boolean isText(Optional<ResolvedOption> option) {
        return option.filter(o -> o.getValue() instanceof ResolvedLiteral literal
                        && !literal.getValue().getStringValue().isBlank())
                .isPresent();
    }
}
