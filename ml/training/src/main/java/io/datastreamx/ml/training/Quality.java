package io.datastreamx.ml.training;

/**
 * How good predicted probabilities are on rows that training did not see.
 *
 * @param rows rows judged
 * @param rate share of positive labels among them
 * @param logLoss mean negative log likelihood, nats
 * @param constantLogLoss that of predicting for every row the rate of the part trained on
 * @param calibrationError mean gap between predicted and observed over ten bins of probability, weighted by rows
 */
public record Quality(long rows, double rate, double logLoss, double constantLogLoss, double calibrationError) {
    boolean beatsConstant() {
        return logLoss < constantLogLoss;
    }
}
