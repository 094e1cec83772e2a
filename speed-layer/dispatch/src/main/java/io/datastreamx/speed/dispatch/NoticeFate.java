package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.Coded;

/** What became of a notice to an aggregator. */
enum NoticeFate implements Coded {
    /** It was answered with a status of 2xx. */
    NOTICE_SENT,
    /** It was not, after all attempts. */
    NOTICE_FAILED,
    /** Its URL is none, or leads to an address that third parties may not make us call. */
    NOTICE_REFUSED,
    /** Too many of the aggregator's were waiting. */
    NOTICE_DROPPED
}
