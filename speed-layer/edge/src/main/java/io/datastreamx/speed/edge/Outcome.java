package io.datastreamx.speed.edge;

import io.datastreamx.contract.event.Coded;
import java.util.Locale;

/** How a request ended: its status, and the code by which boxes and the lines of counts know it. */
enum Outcome implements Coded {
    /** Kafka has all records. */
    ACCEPTED(200),
    /** The same, and the ad comes over the stream. */
    ACCEPTED_ASYNC(202),
    /** A stream of ads was opened. */
    STREAM(200),
    /** Something else than records was asked for, and answered. */
    INFORMATION(200),
    /** A record that the contract refuses. */
    INVALID_RECORD(400),
    /** A valid record whose type belongs to another path. */
    WRONG_PATH(400),
    /** No records at all, or something that is no batch. */
    INVALID_BATCH(400),
    /** Bytes that are not packed as the header says. */
    INVALID_ENCODING(400),
    /** Not HTTP as we know it. */
    BAD_REQUEST(400),
    /** No token, or one that is not believed. */
    UNAUTHORIZED(401),
    /** A type of record that only our services write. */
    NOT_FROM_BOXES(403),
    /** A record of another device than the token's. */
    OTHER_DEVICE(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    /** More bytes than a request may hold, as they come or unpacked. */
    TOO_LARGE(413),
    /** A Content-Type or Content-Encoding that is not read here. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** This device sends too much, or has too many streams. */
    RATE_LIMITED(429),
    /** All devices together send more than Kafka takes. */
    BEHIND(429),
    /** A fault of ours. */
    INTERNAL(500),
    /** Kafka has not taken the records in time; some of them it may have. */
    KAFKA_UNAVAILABLE(503),
    /** The process is about to end. */
    STOPPING(503);

    private final int status;

    Outcome(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }

    @Override
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
