package io.datastreamx.speed.ingest;

import static io.datastreamx.speed.ingest.DuplicateIndex.Verdict.DUPLICATE;
import static io.datastreamx.speed.ingest.DuplicateIndex.Verdict.NEW;
import static io.datastreamx.speed.ingest.DuplicateIndex.Verdict.NEW_WITH_USED_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastreamx.contract.event.EventIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DuplicateIndexTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long T0 = 1_780_000_000_000L;

    @Test
    void theEarlierOffsetWinsWithinABatch() {
        DuplicateIndex index = new DuplicateIndex(HOUR);
        assertThat(index.judge(identity(1), T0 + 5)).isEqualTo(NEW);
        assertThat(index.judge(identity(1), T0 + 5)).isEqualTo(DUPLICATE);
        assertThat(index.judge(identity(2), T0 + 5)).isEqualTo(NEW);
    }

    @Test
    void beyondTheHorizonAnIdentityCountsAgain() {
        DuplicateIndex index = new DuplicateIndex(Duration.ofSeconds(100));
        index.judge(identity(1), T0);
        index.settle();
        assertThat(index.judge(identity(1), T0 + 100_000)).isEqualTo(DUPLICATE);
        assertThat(index.judge(identity(1), T0 + 100_001)).isEqualTo(NEW);
    }

    @Test
    void withoutHorizonNothingIsADuplicate() {
        DuplicateIndex index = new DuplicateIndex(Duration.ZERO);
        assertThat(index.judge(identity(1), T0)).isEqualTo(NEW);
        assertThat(index.judge(identity(1), T0)).isEqualTo(NEW);
    }

    @Test
    void anIdThatIsUsedAgainWithAnotherTimeIsNewAndSaidToBeUsed() {
        DuplicateIndex index = new DuplicateIndex(HOUR);
        assertThat(index.judge(new EventIdentity(7, 1), T0)).isEqualTo(NEW);
        assertThat(index.judge(new EventIdentity(7, 2), T0)).isEqualTo(NEW_WITH_USED_ID);
        index.settle();
        assertThat(index.judge(new EventIdentity(7, 3), T0 + 1)).isEqualTo(NEW_WITH_USED_ID);
        assertThat(index.judge(new EventIdentity(8, 3), T0 + 1)).isEqualTo(NEW);
    }

    /** Against a plain map, over random batches whose append times now and then step back. */
    @Test
    void agreesWithAPlainMap() {
        long horizonMs = 50_000;
        DuplicateIndex index = new DuplicateIndex(Duration.ofMillis(horizonMs));
        Map<EventIdentity, Long> accepted = new HashMap<>();
        Random random = new Random(7);
        long now = T0;
        for (int batch = 0; batch < 400; batch++) {
            List<DuplicateIndex.Verdict> expected = new ArrayList<>();
            List<DuplicateIndex.Verdict> got = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                EventIdentity identity = identity(random.nextInt(2_000));
                long appendMs = now - random.nextInt(3) * 100L;
                Long known = accepted.get(identity);
                boolean duplicate = known != null && Math.abs(appendMs - known) <= horizonMs;
                if (!duplicate) {
                    accepted.put(identity, appendMs);
                }
                expected.add(duplicate ? DUPLICATE : NEW);
                got.add(index.judge(identity, appendMs));
            }
            assertThat(got).as("batch %d", batch).isEqualTo(expected);
            index.settle();
            now += random.nextInt(1_000);
        }
    }

    @Test
    void aSliceGivesBackWhatItHoldsSealedAndAgain() {
        IdentitySlice slice = new IdentitySlice(T0, 300_000);
        Random random = new Random(3);
        Map<EventIdentity, Long> held = new HashMap<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 20_000; i++) {
                EventIdentity identity = new EventIdentity(random.nextLong(), random.nextLong());
                long appendMs = T0 + random.nextInt(300_000);
                held.put(identity, appendMs);
                slice.add(identity.id(), identity.time(), appendMs);
            }
            slice.seal();
            held.forEach(
                    (identity, appendMs) -> assertThat(slice.find(identity)).isEqualTo(appendMs));
            for (int i = 0; i < 20_000; i++) {
                assertThat(slice.find(new EventIdentity(random.nextLong(), random.nextLong())))
                        .isEqualTo(IdentitySlice.ABSENT);
            }
        }
        assertThat(slice.size()).isEqualTo(80_000);
        assertThat(slice.bytes()).isLessThan(80_000 * 14L);
    }

    private static EventIdentity identity(int number) {
        Random random = new Random(number);
        return new EventIdentity(random.nextLong(), random.nextLong());
    }
}
