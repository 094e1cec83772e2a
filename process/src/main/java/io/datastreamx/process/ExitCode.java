package io.datastreamx.process;

import java.util.Arrays;

/** How a process ended, for supervisors, schedulers and people; the same number means the same in every process. */
public enum ExitCode {
    /** Done, or stopped in order. */
    OK(0),
    /** Failed; the last line on standard error says why. */
    FAILED(1),
    /** Wrong arguments or options; nothing was done. */
    WRONG_USE(2),
    /** A night's tables are in force, but learning failed. */
    LEARNING_FAILED(3),
    /** Another process holds the writer's lease, or has taken it over. */
    NOT_THE_WRITER(5),
    /** A person ended the wait; what was waited for goes on. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException for a number that none of our processes ends with */
    public static ExitCode of(int code) {
        return Arrays.stream(values())
                .filter(known -> known.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process of ours ends with " + code));
    }
}
