package io.datastreamx.warehouse.views;

import io.datastreamx.contract.measure.Grains;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All of it as scripts to be read, checked and run by hand, for an example dataset, version and cut. */
public final class Scripts {
    public static final Dataset DATASET = new Dataset("example-project", "datastreamx");
    public static final InForce IN_FORCE = InForce.of(
            "v0000000042-nightly-2026-11-24",
            42,
            new Grains(LocalDate.parse("2026-11-21"), LocalDate.parse("2026-08-25")));
    private static final Dataset TEAM = new Dataset(DATASET.project(), "team_partners");

    private Scripts() {}

    /** File name to statements, each ended by a semicolon, in the order in which to run them. */
    public static Map<String, String> all() {
        String version = IN_FORCE.version().orElseThrow();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("01-tables.sql", script(creations(BigQueryTables.shared())));
        files.put("02-version-tables.sql", script(creations(BigQueryTables.ofVersion(version))));
        files.put("03-merged-views.sql", script(views(new MergedViews(DATASET, IN_FORCE).all())));
        files.put("04-reports.sql", script(views(ReportViews.all(DATASET))));
        files.put("05-devices.sql", script(views(ReportViews.devices(DATASET))));
        files.put("06-access.sql", script(access(version)));
        return files;
    }

    private static List<String> creations(List<BigQueryTable> tables) {
        return tables.stream().map(table -> table.createIfAbsent(DATASET)).toList();
    }

    private static List<String> views(List<BigQueryView> views) {
        return views.stream().map(view -> view.createOrReplace(DATASET)).toList();
    }

    private static List<String> access(String version) {
        List<String> statements = new ArrayList<>();
        statements.add(Access.withoutMoney(DATASET).createOrReplace(TEAM));
        Stream.of(BigQueryTables.rollups(version), BigQueryTables.live()).forEach(table -> {
            statements.add(Access.seesEverything(
                    DATASET,
                    table,
                    "cleared",
                    List.of(
                            "serviceAccount:datastreamx-batch@example-project.iam.gserviceaccount.com",
                            "group:ad-analysts@example.com")));
            statements.add(Access.seesAggregator(
                    DATASET, table, "aggregator_alpha", List.of("group:partner-alpha@example.com"), "alpha"));
        });
        return statements;
    }

    private static String script(List<String> statements) {
        return "-- Generated from the contract; see README.md. Do not edit.\n" + String.join(";\n\n", statements)
                + ";\n";
    }
}
