package io.datastreamx.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every Markdown file of the project: one width, and links that lead somewhere. */
class MarkdownTest {
    private static final int COLUMNS = 160;
    private static final Path ROOT = Path.of(System.getProperty("project.root"));
    private static final Set<String> NOT_OURS = Set.of("target", "node_modules");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");

    private static final Map<Path, List<String>> FILES = new TreeMap<>();

    @BeforeAll
    static void find() throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = !folder.equals(ROOT) && (name.startsWith(".") || NOT_OURS.contains(name));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".md")) {
                    FILES.put(ROOT.relativize(file), Files.readAllLines(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertTrue(FILES.size() > 20, FILES.keySet().toString());
    }

    @Test
    void wrapsAtOneWidth() {
        List<String> tooLong = new ArrayList<>();
        FILES.forEach((file, lines) -> {
            boolean fenced = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                fenced ^= line.strip().startsWith("```");
                if (line.length() > COLUMNS && !fenced && canBeBroken(line)) {
                    tooLong.add(file + ":" + (i + 1) + " has " + line.length() + " columns, at most " + COLUMNS);
                }
            }
        });
        assertEquals(List.of(), tooLong);
    }

    /** A row of a table is one line; nor can an address be broken, or any other word. */
    private static boolean canBeBroken(String line) {
        return !line.strip().startsWith("|")
                && line.strip().substring(0, line.strip().lastIndexOf(' ') + 1).matches("(?s).*\\w.*");
    }

    @Test
    void linksLeadSomewhere() {
        List<String> dead = new ArrayList<>();
        FILES.forEach((file, lines) -> lines.forEach(line -> LINK.matcher(line)
                .results()
                .map(link -> link.group(1).replaceFirst("#.*", ""))
                .filter(target -> !target.isEmpty() && !target.contains(":"))
                .filter(target -> Files.notExists(ROOT.resolve(file).resolveSibling(target)))
                .forEach(target -> dead.add(file + " links to " + target))));
        assertEquals(List.of(), dead);
    }
}
