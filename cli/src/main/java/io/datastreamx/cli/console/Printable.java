package io.datastreamx.cli.console;

import org.jline.utils.WCWidth;

/** Text of others on a terminal: shown, never obeyed. */
public final class Printable {
    private Printable() {}

    /**
     * The same with what a terminal would obey, or show in another order, written out: controls, line ends, marks of
     * direction, unpaired surrogates.
     */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE -> shown.append("\\u%04x".formatted(c));
                default -> shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** How many columns of a terminal it takes: wide characters two, marks upon others none. */
    static int width(String text) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
    }
}
