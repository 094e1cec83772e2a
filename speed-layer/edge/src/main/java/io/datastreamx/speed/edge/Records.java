package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.Event;
import io.datastreamx.contract.event.EventSchema;
import io.datastreamx.contract.event.EventType;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.Rejection;
import io.datastreamx.contract.event.Validated;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges whole batches: the contract's validator says what a record is, and here is said who may send it where. */
final class Records {
    private final EventValidator validator;

    Records(String currency) {
        validator = new EventValidator(currency);
    }

    /**
     * A valid record.
     *
     * @param bytes as they came
     */
    record Valid(Event event, byte[] bytes) {}

    /**
     * @param device the sender
     * @param path where it was sent
     * @throws RefusedException for the first record that must not go into the log; then none may
     */
    List<Valid> judge(List<byte[]> records, String device, EdgePath path) throws RefusedException {
        List<Valid> valid = new ArrayList<>(records.size());
        for (byte[] bytes : records) {
            int index = valid.size();
            Validated validated = validator.validate(bytes);
            if (validated instanceof Validated.Rejected rejected) {
                Rejection why = rejected.rejection();
                throw RefusedException.record(
                        Outcome.INVALID_RECORD,
                        why.reason().name().toLowerCase(Locale.ROOT) + ": " + why.detail(),
                        why.field().orElse(null),
                        index);
            }
            Event event = ((Validated.Accepted) validated).event();
            requireAllowed(event, device, path, index);
            valid.add(new Valid(event, bytes));
        }
        return valid;
    }

    private static void requireAllowed(Event event, String device, EdgePath path, int index) throws RefusedException {
        String type = event.type().wireName();
        if (!event.type().isFromBox()) {
            throw RefusedException.record(
                    Outcome.NOT_FROM_BOXES,
                    "only our own services write " + type,
                    EventSchema.EVENT_TYPE.name(),
                    index);
        }
        if ((event.type() == EventType.AD_REQUEST) != (path == EdgePath.AD_REQUESTS)) {
            throw RefusedException.record(
                    Outcome.WRONG_PATH,
                    type + " goes to " + (path == EdgePath.EVENTS ? EdgePath.AD_REQUESTS : EdgePath.EVENTS).path(),
                    EventSchema.EVENT_TYPE.name(),
                    index);
        }
        if (!device.equals(event.text(EventSchema.DEVICE_ID.name()))) {
            throw RefusedException.record(
                    Outcome.OTHER_DEVICE,
                    "the record is of another device than the token",
                    EventSchema.DEVICE_ID.name(),
                    index);
        }
    }
}
