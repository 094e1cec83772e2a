package io.datastreamx.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rewrites a small table's files into one, as OPTIMIZE does: a commit of removes and one add that changes no data. */
final class Compaction {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Compaction() {}

    static void run(String tableUri) throws IOException, SQLException {
        Path table = Path.of(URI.create(tableUri).getPath());
        List<Path> commits = commits(table);
        List<String> files = new ArrayList<>();
        for (Path commit : commits) {
            files.addAll(added(commit));
        }
        String compacted = "compacted.parquet";
        String list =
                files.stream().map(file -> "'" + table.resolve(file) + "'").collect(Collectors.joining(",", "[", "]"));
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            duck.createStatement()
                    .execute("COPY (SELECT * FROM read_parquet(" + list + ")) TO '" + table.resolve(compacted) + "'");
        }
        List<String> actions = new ArrayList<>();
        for (String file : files) {
            actions.add(JSON.writeValueAsString(Map.of(
                    "remove",
                    Map.of("path", file, "dataChange", false, "deletionTimestamp", System.currentTimeMillis()))));
        }
        actions.add(JSON.writeValueAsString(Map.of(
                "add",
                Map.of(
                        "path",
                        compacted,
                        "partitionValues",
                        Map.of(),
                        "size",
                        Files.size(table.resolve(compacted)),
                        "modificationTime",
                        System.currentTimeMillis(),
                        "dataChange",
                        false))));
        Files.write(table.resolve("_delta_log").resolve(String.format("%020d.json", commits.size())), actions);
    }

    static Path newestFile(String tableUri) throws IOException {
        Path table = Path.of(URI.create(tableUri).getPath());
        List<Path> commits = commits(table);
        return table.resolve(added(commits.get(commits.size() - 1)).get(0));
    }

    private static List<Path> commits(Path table) throws IOException {
        try (Stream<Path> log = Files.list(table.resolve("_delta_log"))) {
            return log.filter(file -> file.getFileName().toString().matches("[0-9]{20}\\.json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> added(Path commit) throws IOException {
        List<String> files = new ArrayList<>();
        for (String line : Files.readAllLines(commit)) {
            JsonNode add = JSON.readTree(line).get("add");
            if (add != null) {
                files.add(add.get("path").asText());
            }
        }
        return files;
    }
}
