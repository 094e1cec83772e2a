package io.datastreamx.serving.report;

/**
 * How much one answer may take: it is held in memory while it is written.
 *
 * @param rows most rows
 * @param characters most characters of all rows, a number counted as {@link #NUMBER_CHARACTERS}
 */
public record ReportLimits(int rows, long characters) {
    static final String ROWS_SETTING = "datastreamx.serving.most-rows";
    static final int NUMBER_CHARACTERS = 20;
    private static final long CHARACTERS = 100_000_000;

    public static ReportLimits of(int rows) {
        return new ReportLimits(rows, CHARACTERS);
    }
}
