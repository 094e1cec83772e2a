package io.datastreamx.cli.stack;

/** What one life of a process said last, which is mostly why it ended. Thread-safe. */
final class LastWords {
    /** A message longer than this is cut: it is for a table in a terminal, the log has all of it. */
    private static final int LONGEST = 400;

    private final String introduction;
    private String explained;
    private String last;

    /** @param process its name in the stack; several of one program have numbers, such as {@code routing-1} */
    LastWords(String process) {
        this.introduction = process.replaceAll("-[0-9]+$", "") + ": ";
    }

    /** Takes in one line of either stream. */
    synchronized void hear(String line) {
        if (line.startsWith(introduction)) {
            explained = line.substring(introduction.length());
        } else if (!line.isBlank() && !line.startsWith("\t") && !line.startsWith("    ")) {
            last = line;
        }
    }

    /** The line with which our processes say why they end, else the last that is not of a stack trace. */
    synchronized String orElse(String otherwise) {
        String words = explained == null ? last : explained;
        if (words == null) {
            return otherwise;
        }
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    }
}
