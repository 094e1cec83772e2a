package io.datastreamx.speed.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CompleteBatchesTest {
    @Test
    void holdsRunsOfNumbersAndNothingBetween() {
        CompleteBatches batches =
                CompleteBatches.of(List.of(0L, 1L, 2L, 5L, 9L)).with(10).with(12);
        assertThat(LongStream.range(-1, 14).filter(batches::contains)).containsExactly(0L, 1L, 2L, 5L, 9L, 10L, 12L);
        assertThat(CompleteBatches.of(List.of()).isEmpty()).isTrue();
        assertThat(CompleteBatches.of(List.of()).with(3).contains(3)).isTrue();
    }
}
