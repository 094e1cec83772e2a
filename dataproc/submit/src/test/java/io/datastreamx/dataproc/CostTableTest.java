package io.datastreamx.dataproc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The costs that README.md states are those of the committed sizes at the committed prices. */
class CostTableTest {
    private static final Path FOLDER = Repository.root().resolve("dataproc");

    @Test
    void theReadmeStatesWhatTheSizesCost() throws IOException {
        Specs specs = Specs.in(FOLDER);
        Prices prices = Prices.in(FOLDER.resolve("prices.json"));
        String readme = Files.readString(FOLDER.resolve("README.md"));
        for (String job : specs.jobs()) {
            String row = "| `" + job + "` | "
                    + List.of("dev", "prod-30k", "prod-300k").stream()
                            .map(environment -> prices.perDay(specs.unchecked(job, environment)))
                            .map(dollars -> String.format(Locale.ROOT, "%.2f", dollars))
                            .collect(Collectors.joining(" | "))
                    + " |";
            assertTrue(readme.contains(row), "README.md should have the row " + row);
        }
    }

    @Test
    void aPriceComesFromTheFile() {
        // 4 + 2 x 4 cores at 0.6 DCU, 3 x 8 GB at 0.1: 9.6 DCU at 6 cents, for 8 hours.
        assertEquals(
                9.6 * 0.06 * 8,
                Prices.in(FOLDER.resolve("prices.json")).perDay(Specs.in(FOLDER).unchecked("ingest", "dev")),
                1e-9);
    }
}
