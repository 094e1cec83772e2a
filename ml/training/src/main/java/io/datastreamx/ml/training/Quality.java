package io.datastreamx.ml.training;

/**
 * How good predicted probabilities are on rows that training did not see.
 *
 * @param rows rows judged
 * @param rate share of positive labels among them
 * @param logLoss mean negative log likelihood, nats
 * @param constantLogLoss that of predicting for every row the rate of the part trained on
 * @param differenceError standard error of the difference of the two, from the rows' own differences
 * @param calibrationError mean gap between predicted and observed over ten bins of probability, weighted by rows
 */
public record Quality(
        long rows,
        double rate,
        double logLoss,
        double constantLogLoss,
        double differenceError,
        double calibrationError) {
    /**
     * Worse than a constant by more than one standard error. Few rows cannot tell a small gain from none, and that
     * alone condemns no model.
     */
    boolean isWorseThanConstant() {
        return logLoss > constantLogLoss + differenceError;
    }
}
