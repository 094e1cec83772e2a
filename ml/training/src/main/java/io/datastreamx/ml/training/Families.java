package io.datastreamx.ml.training;

import java.util.List;
import java.util.stream.Collectors;

/** The families that there are, by their codes. */
final class Families {
    private static final List<Family> ALL = List.of(LogisticFamily.PLAIN, LogisticFamily.CROSSES, new TreesFamily());

    private Families() {}

    /** @throws IllegalArgumentException for a code that none has, naming those there are */
    static Family of(String code) {
        return ALL.stream()
                .filter(family -> family.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("ml.families: there is no family '" + code
                        + "'; there are "
                        + ALL.stream().map(Family::code).collect(Collectors.joining(", "))));
    }
}
