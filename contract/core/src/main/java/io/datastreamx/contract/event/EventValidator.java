package io.datastreamx.contract.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;

/**
 * Turns the bytes of a Kafka record into an {@link Event} or a {@link Rejection}; never throws on bad input. The parse
 * is strict: one JSON object in UTF-8, nothing after it, no key twice, no value of one type taken for another. What
 * values a field may hold is said by {@link FieldType}, and to senders by {@link JsonSchemas}; fields that the contract
 * does not know may hold any JSON. Of several faults the first counts of: the JSON in the order of the document, the
 * type, the fields in the order of the schema, what fields demand of each other. Thread-safe.
 */
public final class EventValidator {
    /** The longest record that is looked at; longer ones are refused unread. Bounds texts, names and numbers too. */
    public static final int MAX_RECORD_BYTES = 64 * 1024;
    /** How deep objects and arrays may lie in one another, the record itself being the first. */
    public static final int MAX_NESTING = 500;

    private final String currency;

    /** @param currency the one ISO-4217 currency in which money is counted */
    public EventValidator(String currency) {
        this.currency = currency;
    }

    /**
     * @param topic where the record was read
     * @param bytes its value; null for a tombstone
     */
    public Validated validate(Topic topic, byte[] bytes) {
        return judged(topic, bytes);
    }

    /** The same for a record whose type decides to which topic it goes. */
    public Validated validate(byte[] bytes) {
        return judged(null, bytes);
    }

    private Validated judged(Topic topic, byte[] bytes) {
        try {
            return new Validated.Accepted(parse(topic, bytes));
        } catch (Refused refused) {
            return new Validated.Rejected(refused.rejection());
        }
    }

    private Event parse(Topic topic, byte[] bytes) throws Refused {
        if (bytes == null || bytes.length == 0) {
            throw new Refused(ReasonCode.EMPTY, "no bytes");
        }
        if (bytes.length > MAX_RECORD_BYTES) {
            throw tooLarge(bytes.length);
        }
        RecordText record = new RecordText(bytes);
        try (JsonParser json = record.parser()) {
            return new RecordReader(record, json).read(topic, currency);
        } catch (StreamConstraintsException e) {
            throw new Refused(ReasonCode.MALFORMED_JSON, "nested deeper than " + MAX_NESTING + " levels");
        } catch (JacksonException e) {
            throw new Refused(ReasonCode.MALFORMED_JSON, "not one JSON value" + RecordReader.at(e.getLocation()));
        } catch (IOException e) {
            throw new Refused(ReasonCode.MALFORMED_JSON, "not one JSON value");
        }
    }

    static Refused tooLarge(int bytes) {
        return new Refused(ReasonCode.TOO_LARGE, bytes + " bytes, at most " + MAX_RECORD_BYTES);
    }
}
