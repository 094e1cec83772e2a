package io.datastreamx.dataproc;

/** What a job runs on. */
enum Platform {
    /** A batch of Dataproc Serverless. */
    SERVERLESS,
    /** A job on a Dataproc cluster. */
    CLUSTER
}
