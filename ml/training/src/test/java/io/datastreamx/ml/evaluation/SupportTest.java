package io.datastreamx.ml.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SupportTest {
    private static final List<String> IDS = List.of("a", "b", "c");
    private static final double[] LOGGED = {0.9, 0.08, 0.02};
    private static final double[] REVERSED = {0.02, 0.08, 0.9};

    @Test
    void aLogThatExploresIsTrusted() {
        Support support = logged(LOGGED, LOGGED, REVERSED, 40_000);
        assertThat(support.refusals()).isEmpty();
        assertThat(support.meanWeight()).isBetween(0.9, 1.1);
        assertThat(support.odds()).allMatch(one -> Math.abs(one.off()) < Support.TOLERANCE);
    }

    @Test
    void aDeterministicLogCannotTellOfAReversedPolicy() {
        Support support = logged(new double[] {1, 0, 0}, new double[] {1, 0, 0}, REVERSED, 40_000);
        assertThat(support.unsupportedShare()).isEqualTo(0.98, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(support.refusals())
                .anyMatch(reason -> reason.startsWith("cannot tell: 98.0 % of the choices of the new policy"));
    }

    @Test
    void aDeterministicLogThatClaimsToExploreIsFoundOut() {
        Support support = logged(LOGGED, new double[] {1, 0, 0}, REVERSED, 4_000);
        assertThat(support.refusals()).anyMatch(reason -> reason.contains("propensities of b"));
    }

    @Test
    void wrongPropensitiesAreNamedByAggregator() {
        Support support = logged(LOGGED, new double[] {0.85, 0.08, 0.07}, LOGGED, 40_000);
        assertThat(support.refusals()).anyMatch(reason -> reason.contains("propensities of c"));
        assertThat(support.refusals()).noneMatch(reason -> reason.contains("propensities of b"));
    }

    @Test
    void aFewDecisionsTellNothing() {
        assertThat(logged(LOGGED, LOGGED, REVERSED, 60).refusals())
                .anyMatch(reason -> reason.contains("are worth only"));
        assertThat(new Support().refusals()).isNotEmpty();
    }

    @Test
    void partsAddUp() {
        Support whole = logged(LOGGED, LOGGED, REVERSED, 1_000);
        Support merged = logged(LOGGED, LOGGED, REVERSED, 1_000).merge(new Support());
        assertThat(merged.odds()).isEqualTo(whole.odds());
        assertThat(logged(LOGGED, LOGGED, REVERSED, 1_000).merge(whole).decisions())
                .isEqualTo(2_000);
    }

    /**
     * @param logged odds that the log states
     * @param real odds by which choices are made
     */
    private static Support logged(double[] logged, double[] real, double[] policy, int rows) {
        Support support = new Support();
        SplittableRandom random = new SplittableRandom(9);
        for (int row = 0; row < rows; row++) {
            double point = random.nextDouble();
            int chosen = point < real[0] ? 0 : point < real[0] + real[1] ? 1 : 2;
            support.add(IDS, logged, policy, chosen);
        }
        return support;
    }
}
