package io.datastreamx.contract.policy;

/**
 * Who brought a policy into force, how and why: a line of the audit trail. It stands in the control record itself, so
 * there is no change without it; the record's time says when, its policy what came after.
 *
 * @param by a person or a night: 1 to 200 characters, no control characters
 * @param what was asked for, such as {@code disable acme}; likewise
 * @param before name of the policy that it replaces; null where there was none
 * @param reason in the words of who did it, likewise; null where none was given
 */
public record PolicyChange(String by, String what, String before, String reason) {
    private static final int MAX_LENGTH = 200;

    public PolicyChange {
        require("by", by);
        require("what", what);
        if (before != null) {
            require("before", before);
        }
        if (reason != null) {
            require("reason", reason);
        }
    }

    private static void require(String field, String text) {
        if (text == null
                || text.isBlank()
                || text.length() > MAX_LENGTH
                || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "change: " + field + " has 1 to " + MAX_LENGTH + " characters, none of them a control character");
        }
    }
}
