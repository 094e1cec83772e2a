package io.datastreamx.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastreamx.ml.bounds.Interval;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EstimatesTest {
    private static final int RUNS = 1_000;
    private static final int ROWS = 2_000;
    private static final List<Estimator> CONSISTENT =
            List.of(Estimator.IPS, Estimator.SNIPS, Estimator.DR, Estimator.SNDR);

    @Test
    void intervalsHoldTheTruthAsOftenAsTheySayWhilePoliciesChange() {
        Map<Estimator, Integer> values = new EnumMap<>(Estimator.class);
        Map<Estimator, Integer> differences = new EnumMap<>(Estimator.class);
        for (int run = 0; run < RUNS; run++) {
            MadeUpBandit bandit = new MadeUpBandit(run);
            List<List<Term>> terms = MadeUpBandit.logged(bandit, ROWS, 7_000 + run);
            for (Estimator estimator : CONSISTENT) {
                Estimate value = Estimates.of(estimator, terms.get(0));
                values.merge(estimator, holds(value, bandit.truth()), Integer::sum);
                Estimate difference = Estimates.difference(estimator, terms.get(0), terms.get(1));
                differences.merge(estimator, holds(difference, bandit.truth() - bandit.uniformTruth()), Integer::sum);
            }
        }
        for (Estimator estimator : CONSISTENT) {
            assertThat(values.get(estimator) / (double) RUNS)
                    .as("coverage of " + estimator)
                    .isBetween(0.93, 0.97);
            assertThat(differences.get(estimator) / (double) RUNS)
                    .as("coverage of the difference by " + estimator)
                    .isBetween(0.93, 0.97);
        }
    }

    @Test
    void theBootstrapAgreesWithTheClosedForm() {
        List<List<Term>> terms = MadeUpBandit.logged(new MadeUpBandit(3), 5_000, 4);
        for (Estimator estimator : CONSISTENT) {
            Estimate closed = Estimates.difference(estimator, terms.get(0), terms.get(1));
            Interval resampled = Estimates.bootstrap(estimator, terms.get(0), terms.get(1), 2_000, 5);
            double width = closed.high() - closed.low();
            assertThat(resampled.low()).as(estimator.name()).isCloseTo(closed.low(), within(0.1 * width));
            assertThat(resampled.high()).as(estimator.name()).isCloseTo(closed.high(), within(0.1 * width));
        }
        assertThat(Estimates.bootstrap(Estimator.DR, terms.get(0), terms.get(1), 100, 5))
                .isEqualTo(Estimates.bootstrap(Estimator.DR, terms.get(0), terms.get(1), 100, 5));
    }

    @Test
    void thePairedDifferenceIsNarrowerThanTheValues() {
        List<List<Term>> terms = MadeUpBandit.logged(new MadeUpBandit(3), 5_000, 4);
        Estimate same = Estimates.difference(Estimator.DR, terms.get(0), terms.get(0));
        assertThat(same.value()).isZero();
        assertThat(same.standardError()).isZero();
        Estimate paired = Estimates.difference(Estimator.DR, terms.get(0), terms.get(1));
        double apart = Math.hypot(
                Estimates.of(Estimator.DR, terms.get(0)).standardError(),
                Estimates.of(Estimator.DR, terms.get(1)).standardError());
        assertThat(paired.standardError()).isLessThan(0.9 * apart);
    }

    @Test
    void aChainCountsWhatWasAskedAndNothingElse() {
        // Two attempts, the second by a policy twice as likely to make it; the model errs by one each time.
        Term term = Term.of(List.of(new Step(0.5, 0, 3, 4), new Step(2, 10, 9, 8)), 20);
        assertThat(term.weight()).isEqualTo(1);
        assertThat(term.weighted()).isEqualTo(10);
        assertThat(term.model()).isEqualTo(4);
        // From the end: 8 + 2·(10 − 9) = 10, then 4 + 0.5·(0 + 10 − 3) = 7.5.
        assertThat(term.doublyRobust()).isEqualTo(7.5);
        // Where a ratio above 1 is not believed, the model stands alone there: 8, then 4 + 0.5·(8 − 3) = 6.5.
        assertThat(Term.of(List.of(new Step(0.5, 0, 3, 4), new Step(2, 10, 9, 8)), 1)
                        .switched())
                .isEqualTo(6.5);
    }

    private static int holds(Estimate estimate, double truth) {
        return estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
    }
}
