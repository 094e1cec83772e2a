package io.datastreamx.contract.night;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * Name of a run of a job; the same name is the same run, whoever repeats it. It becomes part of file names and of batch
 * ids. {@code contract/run-ids.json} has examples, to which the DAGs are held too.
 *
 * @param value 1 to 120 letters, digits, dots, dashes and underscores, not beginning with a dot
 */
public record RunId(String value) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}");

    public RunId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a run id has 1 to 120 letters, digits, dots, dashes and underscores, and does not start with a dot: '"
                            + value + "'");
        }
    }

    /**
     * Of any text: what the name of a file cannot hold is replaced, so that a scheduler's ids can be used as they are.
     */
    public static RunId of(String text) {
        return new RunId(text.replaceAll("[^A-Za-z0-9._-]", "-"));
    }

    /** Of the run that begins, or is scheduled, at a time: {@code 20261124T020000Z}. */
    public static RunId at(Instant time) {
        return new RunId(TIME.format(time));
    }

    @Override
    public String toString() {
        return value;
    }
}
