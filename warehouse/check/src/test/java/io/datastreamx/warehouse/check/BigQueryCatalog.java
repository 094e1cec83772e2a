package io.datastreamx.warehouse.check;

import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.Function;
import com.google.zetasql.FunctionArgumentType;
import com.google.zetasql.FunctionSignature;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.ParseResumeLocation;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleColumn;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.TypeFactory;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLFunctions.FunctionEnums.Mode;
import com.google.zetasql.ZetaSQLOptions.LanguageFeature;
import com.google.zetasql.ZetaSQLType.TypeKind;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateTableStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateViewStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedStatement;
import com.google.zetasql.toolkit.options.BigQueryLanguageOptions;
import io.datastreamx.warehouse.views.ReportViews;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Analyses statements as BigQuery would and remembers the tables and views that they make. */
final class BigQueryCatalog {
    private final AnalyzerOptions options = new AnalyzerOptions();
    private final SimpleCatalog catalog = new SimpleCatalog("bigquery");
    private final Map<String, SimpleTable> tables = new LinkedHashMap<>();
    private final Map<String, String> views = new LinkedHashMap<>();

    BigQueryCatalog() {
        LanguageOptions language = BigQueryLanguageOptions.get();
        // Described columns of views are part of BigQuery's DDL reference, but younger than this list of its features.
        language.enableLanguageFeature(LanguageFeature.FEATURE_CREATE_VIEWS_WITH_COLUMN_OPTIONS);
        options.setLanguageOptions(language);
        options.setCreateNewColumnForEachProjectedOutput(true);
        options.setPruneUnusedColumns(true);
        catalog.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(options.getLanguageOptions()));
        declare(ReportViews.UNITE_SKETCHES, Mode.AGGREGATE, TypeKind.TYPE_BYTES);
        declare(ReportViews.ESTIMATE_SKETCH, Mode.SCALAR, TypeKind.TYPE_DOUBLE);
    }

    /** A function of DataSketches over the bytes of a sketch. */
    private void declare(String name, Mode mode, TypeKind result) {
        FunctionSignature signature = new FunctionSignature(
                new FunctionArgumentType(TypeFactory.createSimpleType(result)),
                List.of(new FunctionArgumentType(TypeFactory.createSimpleType(TypeKind.TYPE_BYTES))),
                -1);
        catalog.addFunction(new Function(name, "datasketches", mode, List.of(signature)));
    }

    AnalyzerOptions options() {
        return options;
    }

    SimpleCatalog catalog() {
        return catalog;
    }

    SimpleTable table(String path) {
        return tables.get(path);
    }

    /** @throws com.google.zetasql.SqlException saying where the script is wrong */
    List<ResolvedStatement> run(String script) {
        List<ResolvedStatement> statements = new ArrayList<>();
        ParseResumeLocation location = new ParseResumeLocation(script);
        int end = script.stripTrailing().getBytes(StandardCharsets.UTF_8).length;
        while (location.getBytePosition() < end) {
            ResolvedStatement statement = Analyzer.analyzeNextStatement(location, options, catalog);
            remember(statement);
            statements.add(statement);
        }
        return statements;
    }

    /** The statement with every view in it replaced by the view's own query, as BigQuery expands it. */
    String expanded(String sql) {
        String before;
        String after = sql;
        do {
            before = after;
            for (Map.Entry<String, String> view : views.entrySet()) {
                after = after.replace("`" + view.getKey() + "`", "(" + view.getValue() + ")");
            }
        } while (!after.equals(before));
        return after;
    }

    private void remember(ResolvedStatement statement) {
        if (statement instanceof ResolvedCreateTableStmt table) {
            String name = String.join(".", table.getNamePath());
            add(new SimpleTable(
                    name,
                    table.getColumnDefinitionList().stream()
                            .map(column -> new SimpleColumn(name, column.getName(), column.getType()))
                            .toList()));
        } else if (statement instanceof ResolvedCreateViewStmt view) {
            String name = String.join(".", view.getNamePath());
            add(new SimpleTable(
                    name,
                    view.getOutputColumnList().stream()
                            .map(column -> new SimpleColumn(
                                    name, column.getName(), column.getColumn().getType()))
                            .toList()));
            views.put(name, view.getSql());
        }
    }

    private void add(SimpleTable table) {
        if (tables.put(table.getName(), table) != null) {
            catalog.removeSimpleTable(table.getName());
        }
        catalog.addSimpleTable(table.getName(), table);
    }
}
