package io.datastreamx.batch;

/**
 * One step of a night. It may be killed anywhere and is then run again from its start; once it returned it is not run
 * again under the same run id.
 */
interface Step {
    /** @throws RuntimeException whose message says what is wrong, what is still safe and what to do */
    Outcome run(Night night);
}
