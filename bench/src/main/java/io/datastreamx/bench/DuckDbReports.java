package io.datastreamx.bench;

import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** DuckDB alone, with the same rows in tables of its own. */
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

    private final DuckDb duckDb;

    /**
     * Loads the tables, sorted as serving sorts its copy.
     *
     * @param rollups folder of the Delta table, like the other
     * @param folder for its file
     */
    DuckDbReports(String rollups, String opportunities, Path folder) throws SQLException {
        this.duckDb = new DuckDb(folder.resolve("reports.duckdb").toString(), 2);
        duckDb.execute("SET memory_limit = '2GB'");
        duckDb.execute("CREATE TABLE rollups AS SELECT * FROM " + scan(rollups) + " ORDER BY rollup, minute");
        duckDb.execute("CREATE TABLE opportunities AS SELECT * FROM " + scan(opportunities));
        duckDb.execute("CHECKPOINT");
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
        return duckDb.query(question.sql(DIALECT), found -> {
            List<String> rows = new ArrayList<>();
            Object[] values = new Object[found.getMetaData().getColumnCount()];
            while (found.next()) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = found.getObject(i + 1);
                }
                rows.add(ReportQuestion.row(values));
            }
            return rows;
        });
    }

    @Override
    public void close() throws SQLException {
        duckDb.close();
    }
}
