package io.datastreamx.speed.ingest;

import static io.datastreamx.speed.ingest.DuplicateIndex.Verdict.DUPLICATE;
import static io.datastreamx.speed.ingest.DuplicateIndex.Verdict.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.event.EventIdentity;
import io.datastreamx.contract.measure.FillPrice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartitionIndexTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long T0 = Duration.ofDays(20_000).toMillis();
    private static final EventIdentity ONE = new EventIdentity(11, 12);

    private final PartitionIndex index = new PartitionIndex(HOUR, DAY, 0);

    private record Fill(String requestId, long priceMicros, long appendMs) {}

    @Test
    void aReplayedBatchIsJudgedAsTheFirstTime() {
        index.begin(0, 0, 10);
        index.identities().judge(ONE, T0);
        index.fills().filled("r1", "acme", 5, T0);
        assertThat(index.begin(0, 0, 10)).isTrue();
        assertThat(index.fills().priceOf("r1", "acme", T0)).isEqualTo(FillPrices.UNKNOWN);
        assertThat(index.identities().judge(ONE, T0)).isEqualTo(NEW);
        index.fills().filled("r1", "acme", 5, T0);
        assertThat(index.begin(1, 10, 20)).isTrue();
        assertThat(index.fills().priceOf("r1", "acme", T0)).isEqualTo(5);
        assertThat(index.identities().judge(ONE, T0)).isEqualTo(DUPLICATE);
        assertThat(index.begin(1, 10, 20)).isTrue();
        assertThat(index.fills().priceOf("r1", "acme", T0)).isEqualTo(5);
        assertThat(index.identities().judge(ONE, T0)).isEqualTo(DUPLICATE);
    }

    @Test
    void anIndexThatMissedABatchSaysSo() {
        index.begin(0, 0, 10);
        assertThat(index.begin(2, 20, 30)).as("somebody else read 10 to 20").isFalse();
    }

    @Test
    void aFillIsKnownToTheCompletesBehindItOfItsRequestAndAggregator() {
        index.begin(0, 0, 10);
        assertThat(index.fills().priceOf("r1", "acme", T0)).isEqualTo(FillPrices.UNKNOWN);
        index.fills().filled("r1", "acme", 0, T0);
        assertThat(index.fills().priceOf("r1", "acme", T0))
                .as("a price of nothing is a price")
                .isZero();
        assertThat(index.fills().priceOf("r1", "borealis", T0)).isEqualTo(FillPrices.UNKNOWN);
        assertThat(index.fills().priceOf("r2", "acme", T0)).isEqualTo(FillPrices.UNKNOWN);
    }

    @Test
    void aFillIsForgottenWithItsSlice() {
        long slice = DAY.toMillis() / FillPrice.SLICES;
        index.begin(0, 0, 10);
        index.fills().filled("r1", "acme", 7, T0 + slice - 1);
        index.begin(1, 10, 20);
        assertThat(index.fills().priceOf("r1", "acme", T0 + (FillPrice.SLICES + 1) * slice - 1))
                .isEqualTo(7);
        assertThat(index.fills().priceOf("r1", "acme", T0 + (FillPrice.SLICES + 1) * slice))
                .isEqualTo(FillPrices.UNKNOWN);
        index.fills().filled("r2", "acme", 7, T0 + 30 * slice);
        index.begin(2, 20, 30);
        assertThat(index.fills().size()).isEqualTo(1);
    }

    @Test
    void withoutHorizonNoFillIsKnown() {
        FillPrices none = new FillPrices(Duration.ZERO);
        none.filled("r1", "acme", 7, T0);
        none.add("r2", "acme", 7, T0);
        assertThat(none.priceOf("r1", "acme", T0)).isEqualTo(FillPrices.UNKNOWN);
        assertThat(none.priceOf("r2", "acme", T0)).isEqualTo(FillPrices.UNKNOWN);
    }

    /** Against a list that is searched from end to end; one index lives on, another is filled from what is complete. */
    @Test
    void agreesWithAPlainListAlsoWhenRebuilt() {
        long slice = DAY.toMillis() / FillPrice.SLICES;
        Random random = new Random(5);
        List<Fill> all = new ArrayList<>();
        long now = T0;
        int known = 0;
        for (int batch = 0; batch < 300; batch++) {
            index.begin(batch, batch, batch + 1);
            FillPrices rebuilt = new FillPrices(DAY);
            List<Fill> shuffled = new ArrayList<>(all);
            java.util.Collections.shuffle(shuffled, random);
            shuffled.forEach(fill -> rebuilt.add(fill.requestId(), "acme", fill.priceMicros(), fill.appendMs()));
            for (int i = 0; i < 20; i++) {
                Fill fill = new Fill("r" + random.nextInt(400), random.nextInt(5), now);
                all.add(fill);
                index.fills().filled(fill.requestId(), "acme", fill.priceMicros(), now);
                rebuilt.filled(fill.requestId(), "acme", fill.priceMicros(), now);
                String asked = "r" + random.nextInt(400);
                long oldest = Math.floorDiv(now, slice) - FillPrice.SLICES;
                long expected = all.stream()
                        .filter(earlier ->
                                earlier.requestId().equals(asked) && Math.floorDiv(earlier.appendMs(), slice) >= oldest)
                        .mapToLong(Fill::priceMicros)
                        .min()
                        .orElse(FillPrices.UNKNOWN);
                known += expected == FillPrices.UNKNOWN ? 0 : 1;
                assertThat(index.fills().priceOf(asked, "acme", now)).isEqualTo(expected);
                assertThat(rebuilt.priceOf(asked, "acme", now)).isEqualTo(expected);
                now += random.nextInt(600_000);
            }
        }
        assertThat(known).isBetween(100, 5_900);
    }
}
