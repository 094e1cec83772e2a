package io.datastreamx.simulator;

import java.util.List;
import java.util.Locale;

/**
 * What {@code --boxes} says: how many there are, and how they send.
 *
 * @param count boxes in the fleet
 * @param way by which they send
 */
public record BoxesOption(int count, Way way) {
    public static final String DESCRIPTION =
            "Boxes in the fleet (default: 3000), and how they send: edge, over HTTP (the default), or kafka, themselves. Such as 300, kafka, or 300,kafka.";

    /** How boxes send their records. */
    public enum Way {
        EDGE,
        KAFKA
    }

    private static final int USUAL = 3_000;

    /**
     * @param words a number, a way, both or neither
     * @throws IllegalArgumentException where one is neither
     */
    public static BoxesOption of(List<String> words) {
        int count = USUAL;
        Way way = Way.EDGE;
        for (String word : words == null ? List.<String>of() : words) {
            if (word.matches("[0-9]{1,9}")) {
                count = Integer.parseInt(word);
            } else {
                way = way(word);
            }
        }
        if (count < 1) {
            throw new IllegalArgumentException("--boxes must be at least 1");
        }
        return new BoxesOption(count, way);
    }

    private static Way way(String word) {
        try {
            return Way.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--boxes: expected a number, edge or kafka, got '" + word + "'", e);
        }
    }

    /** As an argument again. */
    @Override
    public String toString() {
        return count + "," + way.name().toLowerCase(Locale.ROOT);
    }
}
