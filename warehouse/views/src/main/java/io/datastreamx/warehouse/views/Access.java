package io.datastreamx.warehouse.views;

import io.datastreamx.contract.access.Role;
import io.datastreamx.contract.measure.Grain;
import io.datastreamx.contract.measure.Rollup;
import java.util.ArrayList;
import java.util.List;

/** Who sees what: views of a team's own, and row access policies by clearance. */
public final class Access {
    private Access() {}

    /**
     * A team's view in a dataset of the team's own: how aggregators deliver by day and channel, without money. Once it
     * is authorised on the dataset it reads from, the team needs no right there.
     */
    public static BigQueryView withoutMoney(Dataset dataset) {
        Rollup rollup = Rollup.AGGREGATOR_CHANNEL;
        BigQueryView report = ReportViews.report(dataset, rollup, Grain.DAY);
        List<BigQueryView.Column> columns = new ArrayList<>(report.columns());
        columns.removeIf(column -> !Role.OPERATOR.seesColumn(column.name()));
        return new BigQueryView(
                "aggregator_delivery",
                "How aggregators deliver by day and channel, without money. Filter on day.",
                columns,
                "SELECT "
                        + String.join(
                                ", ",
                                columns.stream().map(BigQueryView.Column::name).toList()) + "\nFROM "
                        + dataset.quoted(report.name()));
    }

    /**
     * Lets the members see only rows of one aggregator, be it directly or through any view. A table with a policy shows
     * nothing to those without one, which is why {@link #seesEverything} comes first. A new version's tables get their
     * policies before the flip.
     *
     * @param members such as {@code group:alpha@example.com}
     */
    public static String seesAggregator(
            Dataset dataset, BigQueryTable table, String policy, List<String> members, String aggregatorId) {
        return policy(dataset, table, policy, members, "aggregator_id = " + GoogleSql.text(aggregatorId));
    }

    /**
     * Lets the members see every row, among them the service accounts of the batch: Spark reads no table with policies
     * unless one is TRUE for it.
     */
    public static String seesEverything(Dataset dataset, BigQueryTable table, String policy, List<String> members) {
        return policy(dataset, table, policy, members, "TRUE");
    }

    private static String policy(
            Dataset dataset, BigQueryTable table, String policy, List<String> members, String filter) {
        if (!policy.matches("[a-z][a-z0-9_]{0,255}")) {
            throw new IllegalArgumentException(
                    "a policy's name has lower-case letters, digits and underscores: " + policy);
        }
        return "CREATE OR REPLACE ROW ACCESS POLICY " + policy + "\nON " + dataset.quoted(table.name())
                + "\nGRANT TO ("
                + String.join(", ", members.stream().map(GoogleSql::text).toList())
                + ")\nFILTER USING (" + filter + ")";
    }
}
