package io.datastreamx.simulator;

import java.util.List;
import java.util.Locale;

/**
 * What {@code --boxes} says: how many there are, and how they send.
 *
 * @param count boxes in the fleet; 0 for as many as the world has
 * @param way by which they send
 */
public record BoxesOption(int count, Way way) {
    public static final String DESCRIPTION =
            "Boxes in the fleet (default: as many as the world has), and how they send: edge, over HTTP (the default), or kafka, themselves. Such as 300, kafka, or 300,kafka.";

    /** How boxes send their records. */
    public enum Way {
        EDGE,
        KAFKA
    }

    /**
     * @param words a number, a way, both or neither
     * @throws IllegalArgumentException where one is neither
     */
    public static BoxesOption of(List<String> words) {
        int count = 0;
        boolean counted = false;
        Way way = Way.EDGE;
        for (String word : words == null ? List.<String>of() : words) {
            if (word.matches("[0-9]{1,9}")) {
                count = Integer.parseInt(word);
                counted = true;
            } else {
                way = way(word);
            }
        }
        if (counted && count < 1) {
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

    /** Boxes in the fleet. @param otherwise where nobody said how many */
    public int count(int otherwise) {
        return count > 0 ? count : otherwise;
    }

    /** As an argument again. */
    @Override
    public String toString() {
        return (count > 0 ? count + "," : "") + way.name().toLowerCase(Locale.ROOT);
    }
}
