package io.datastreamx.ml.policy;

/**
 * What a model was made from; enough to make it again.
 *
 * @param batchVersion version of the batch tables that were read
 * @param cut last ingest batch that they cover
 * @param seed of everything random
 * @param runId the night that trained it, or {@code manual}
 * @param trainedAt ISO-8601, UTC
 * @param rows training rows of the fill model
 */
public record TrainingInfo(String batchVersion, long cut, long seed, String runId, String trainedAt, long rows) {}
