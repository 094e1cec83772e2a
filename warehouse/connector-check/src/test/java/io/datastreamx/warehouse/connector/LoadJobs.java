package io.datastreamx.warehouse.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * What the connector asks of BigQuery's REST API: its load jobs with a copy of their files, which it removes right
 * after, and changes to tables. DuckDB reads the files.
 */
final class LoadJobs implements Consumer<String>, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Configuration storage;
    private final List<String> tableChanges = new ArrayList<>();
    private JsonNode last;
    private Path files;

    LoadJobs(Configuration storage) {
        this.storage = storage;
    }

    @Override
    public synchronized void accept(String request) {
        String head = request.substring(0, request.indexOf(' ', request.indexOf(' ') + 1));
        if (!head.startsWith("GET ") && head.contains("/tables/")) {
            tableChanges.add(request);
        }
        if (head.matches("POST /bigquery/v2/projects/[^/]+/jobs(\\?.*)?")) {
            try {
                last = JSON.readTree(request.substring(head.length()))
                        .path("configuration")
                        .path("load");
                close();
                files = Files.createTempDirectory("dsx-load");
                for (JsonNode uri : last.path("sourceUris")) {
                    copy(new org.apache.hadoop.fs.Path(uri.asText()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void copy(org.apache.hadoop.fs.Path uri) throws IOException {
        FileSystem bucket = uri.getFileSystem(storage);
        for (FileStatus file : bucket.globStatus(uri)) {
            try (var in = bucket.open(file.getPath())) {
                Files.copy(in, files.resolve(file.getPath().getName()));
            }
        }
    }

    /** The configuration of the last load job. */
    synchronized JsonNode last() {
        return last;
    }

    /** Requests that changed a table other than by SQL and load jobs. */
    synchronized List<String> tableChanges() {
        return List.copyOf(tableChanges);
    }

    /** The rows of the last load job's files, as a relation of DuckDB. */
    synchronized String relation() {
        return "read_parquet('" + files + "/*.parquet')";
    }

    /** The fields of its files, level by level. */
    synchronized List<String> fields() {
        return query("SELECT name FROM parquet_schema('" + files + "/*.parquet')").stream()
                .map(row -> (String) row.get("name"))
                .toList();
    }

    /** Removes the copies. */
    @Override
    public synchronized void close() throws IOException {
        if (files == null) {
            return;
        }
        try (Stream<Path> copies = Files.list(files)) {
            for (Path copy : copies.toList()) {
                Files.delete(copy);
            }
        }
        Files.delete(files);
        files = null;
    }

    static List<Map<String, Object>> query(String sql) {
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<Map<String, Object>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    row.put(
                            result.getMetaData().getColumnName(i),
                            value instanceof Integer number ? Long.valueOf(number) : value);
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
