package io.datastreamx.serving.report;

import io.datastreamx.contract.measure.Rollup;
import java.util.Arrays;
import java.util.List;

/** Names and meanings of everything that a report can show, from the contract. */
public record Glossary(List<Term> measures, List<DimensionTerm> dimensions, List<List<String>> rollups) {
    /**
     * @param unit {@code count}, {@code micros} (millionths of the configured currency), {@code ratio}, {@code ms},
     *     {@code s}
     */
    public record Term(String name, String meaning, String unit) {}

    /** @param shortName is accepted too */
    public record DimensionTerm(String name, String shortName) {}

    /** What one with this sight can ask for. */
    public static Glossary of(Sight sight) {
        return new Glossary(
                Figure.every().stream()
                        .filter(sight::sees)
                        .map(f -> new Term(f.name(), f.meaning(), f.unit()))
                        .toList(),
                Arrays.stream(Dimension.values())
                        .filter(dimension -> sight.role().seesColumn(dimension.column()))
                        .map(d -> new DimensionTerm(d.column(), d.shortName()))
                        .toList(),
                Arrays.stream(Rollup.values()).map(Rollup::dimensions).toList());
    }
}
