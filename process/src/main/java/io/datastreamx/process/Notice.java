package io.datastreamx.process;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an operator should know although the process goes on, such as a log that was replaced: a warning in the log, and
 * the line {@code NOTICE text} on standard output, which {@code dsx} shows in its status until the next start.
 */
public final class Notice {
    /** What the line begins with. */
    public static final String MARK = "NOTICE ";

    private static final Logger LOG = LoggerFactory.getLogger(Notice.class);

    private Notice() {}

    /** @param text one sentence or two: what happened, and what was done about it */
    public static void tell(String text) {
        String line = text.replaceAll("\\s*\\R\\s*", " ");
        LOG.warn("{}", line);
        System.out.println(MARK + line);
        System.out.flush();
    }
}
