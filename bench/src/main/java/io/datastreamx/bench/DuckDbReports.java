package io.datastreamx.bench;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** DuckDB alone, in this JVM and in the version that serving embeds, with the same rows in tables of its own. */
final class DuckDbReports implements Reporter {
    private static final ReportQuestion.Dialect DIALECT = new ReportQuestion.Dialect() {
        @Override
        public String time(Instant time) {
            return "TIMESTAMPTZ '" + time + "'";
        }

        @Override
        public String floor(String column, int seconds) {
            return "(epoch_us(" + column + ") // " + seconds * 1_000_000L + " * " + seconds + ")";
        }

        @Override
        public String opportunities() {
            return "(SELECT day, region, last_ad_id, fact.minute AS minute, fact.requests AS requests, fact.fills AS fills,"
                    + " fact.impressions AS impressions FROM (SELECT day, region, last_ad_id, unnest(facts) AS fact"
                    + " FROM opportunities))";
        }
    };

    private final Connection connection;

    /**
     * Loads the tables, sorted as serving sorts its copy.
     *
     * @param rollups folder of the Delta table, like the other
     * @param folder for its file
     */
    DuckDbReports(String rollups, String opportunities, Path folder) throws SQLException {
        this.connection = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("reports.duckdb"));
        execute("SET threads = 2");
        execute("SET memory_limit = '2GB'");
        execute("SET TimeZone = 'UTC'");
        execute("CREATE TABLE rollups AS SELECT * FROM " + scan(rollups) + " ORDER BY rollup, minute");
        execute("CREATE TABLE opportunities AS SELECT * FROM " + scan(opportunities));
        execute("CHECKPOINT");
    }

    private static String scan(String table) {
        return "read_parquet('" + URI.create(table).getPath() + "/*/*.parquet', hive_partitioning = true)";
    }

    @Override
    public String id() {
        return "duckdb";
    }

    @Override
    public String title() {
        return "DuckDB";
    }

    @Override
    public List<String> answer(ReportQuestion question, Instant to) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(question.sql(DIALECT))) {
            Object[] values = new Object[found.getMetaData().getColumnCount()];
            while (found.next()) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = found.getObject(i + 1);
                }
                rows.add(ReportQuestion.row(values));
            }
        }
        return rows;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
