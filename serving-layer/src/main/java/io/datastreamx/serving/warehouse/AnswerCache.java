package io.datastreamx.serving.warehouse;

import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.TooExpensiveException;
import io.datastreamx.warehouse.WarehouseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers of one position, which never change: however many look at the same report, it is billed once. Thread-safe.
 */
final class AnswerCache {
    private static final int MOST_ROWS = 200_000;

    private final BigQueryClient client;
    private final Map<MergedSql.Statement, List<Map<String, Object>>> answers = new LinkedHashMap<>(16, 0.75f, true);
    private int rowsKept;

    AnswerCache(BigQueryClient client) {
        this.client = client;
    }

    /**
     * Asked twice at once, BigQuery may answer twice; that costs less than making readers wait for each other.
     *
     * @throws BadQueryException where the answer would cost more than is allowed
     * @throws IllegalStateException where BigQuery refuses or cannot be reached
     */
    List<Map<String, Object>> rows(MergedSql.Statement statement) {
        synchronized (answers) {
            List<Map<String, Object>> known = answers.get(statement);
            if (known != null) {
                return known;
            }
        }
        List<Map<String, Object>> rows = ask(statement);
        synchronized (answers) {
            keep(statement, rows);
        }
        return rows;
    }

    /** Those asked for least lately go first. */
    private void keep(MergedSql.Statement statement, List<Map<String, Object>> rows) {
        List<Map<String, Object>> replaced = answers.put(statement, rows);
        rowsKept += weight(rows) - (replaced == null ? 0 : weight(replaced));
        var eldest = answers.values().iterator();
        while (rowsKept > MOST_ROWS) {
            rowsKept -= weight(eldest.next());
            eldest.remove();
        }
    }

    /** An empty answer takes room too. */
    private static int weight(List<Map<String, Object>> rows) {
        return 1 + rows.size();
    }

    private List<Map<String, Object>> ask(MergedSql.Statement statement) {
        try {
            return client.query(statement.text(), statement.parameters());
        } catch (TooExpensiveException e) {
            throw new BadQueryException(e.getMessage());
        } catch (WarehouseException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
