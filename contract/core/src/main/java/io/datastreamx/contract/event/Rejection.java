package io.datastreamx.contract.event;

import java.util.Optional;

/**
 * Why a record did not pass.
 *
 * @param reason the code by which rejections are counted
 * @param detail what was found where, for the person who repairs it; names the field, never holds a device id
 */
public record Rejection(ReasonCode reason, String detail) {
    /** The field at fault; empty where it is the record as a whole. */
    public Optional<String> field() {
        return switch (reason) {
            case MISSING_FIELD -> Optional.of(detail);
            case WRONG_TYPE, INVALID_VALUE -> Optional.of(detail.substring(0, detail.indexOf(':')));
            case UNKNOWN_EVENT_TYPE, WRONG_TOPIC -> Optional.of(EventSchema.EVENT_TYPE.name());
            case UNSUPPORTED_CURRENCY -> Optional.of("currency");
            case EMPTY, TOO_LARGE, INVALID_UTF8, MALFORMED_JSON, DUPLICATE_KEY, NOT_AN_OBJECT -> Optional.empty();
        };
    }
}
