package io.datastreamx.warehouse.views;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScriptsTest {
    private static final Path PUBLISHED = Path.of(System.getProperty("basedir"), "sql");

    /**
     * The scripts are those that the contract generates; run with -Dsql.write=true after a change, then look at the
     * diff.
     */
    @Test
    void publishedScriptsAreUpToDate() throws Exception {
        Map<String, String> generated = Scripts.all();
        if (Boolean.getBoolean("sql.write")) {
            Files.createDirectories(PUBLISHED);
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(PUBLISHED.resolve(file.getKey()), file.getValue());
            }
        }
        try (var files = Files.list(PUBLISHED)) {
            assertEquals(
                    new TreeSet<>(generated.keySet()),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
        for (Map.Entry<String, String> file : generated.entrySet()) {
            assertEquals(file.getValue(), Files.readString(PUBLISHED.resolve(file.getKey())), file.getKey());
        }
    }
}
