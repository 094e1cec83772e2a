package io.datastreamx.docs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The paper as the build made it: what the customer asked to find in it, on four pages at most. */
class PaperTest {
    private static final int MOST_PAGES = 4;
    private static final List<String> QUALITIES = List.of(
            "Manageable",
            "Secure",
            "Scalable",
            "High performance",
            "Efficient",
            "Elastic",
            "Highly available",
            "Fault tolerant",
            "Recoverable");

    private static final Path ROOT = Path.of(System.getProperty("project.root"));

    private static int pages;
    private static String text;

    @BeforeAll
    static void readThePaper() throws IOException {
        // Surefire runs in the build's folder, where the paper lies.
        try (PDDocument paper = Loader.loadPDF(new File("architecture.pdf"))) {
            pages = paper.getNumberOfPages();
            text = new PDFTextStripper().getText(paper).replaceAll("\\s+", " ");
        }
    }

    @Test
    void hasAtMostFourPages() {
        assertTrue(pages <= MOST_PAGES, pages + " pages; shorten the text, the customer reads four at most");
    }

    @Test
    void speaksOfEachQuality() {
        assertAll(QUALITIES.stream().map(quality -> () -> assertTrue(text.contains(quality), quality)));
    }

    @Test
    void whatIsPlannedCarriesNoFigure() throws IOException {
        Matcher claim = Pattern.compile("([^.;|\\n]*)_planned_")
                .matcher(Files.readString(ROOT.resolve("docs").resolve("architecture.adoc")));
        List<String> claims = claim.results().map(found -> found.group(1)).toList();
        assertTrue(claims.size() > 3, claims.toString());
        assertEquals(
                List.of(),
                claims.stream().filter(text -> text.matches(".*\\d.*")).toList());
    }

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        List<String> named = Stream.of(text.split("\\W+"))
                .filter(word -> word.matches("[A-Z]\\w+Test"))
                .distinct()
                .toList();
        assertTrue(named.size() > 5, named.toString());
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<String> sources = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .toList();
            assertAll(named.stream()
                    .map(name -> () -> assertTrue(sources.contains(name + ".java"), "there is no test " + name)));
        }
    }
}
