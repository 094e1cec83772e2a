package io.datastreamx.contract.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastreamx.contract.testing.Generated;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MeasureSumsTest {
    @Provide
    Arbitrary<List<Map<String, Object>>> events() {
        return Generated.events(80);
    }

    @Property(tries = 200)
    void partsAddUpToTheWholeInAnyOrder(@ForAll("events") List<Map<String, Object>> events, @ForAll Random random) {
        List<Long> whole = values(sum(events));
        MeasureSums merged = new MeasureSums();
        for (List<Map<String, Object>> part : Generated.split(events, 3, random)) {
            merged.add(sum(part));
        }
        merged.add(new MeasureSums());
        assertThat(values(merged)).isEqualTo(whole);
    }

    @Example
    void aSumThatWouldWrapIsAnErrorThatNamesIt() {
        Map<String, Object> dear = Map.of(
                "event_type",
                "complete",
                FillPrice.COUNTED,
                Long.MAX_VALUE,
                FillPrice.SOURCE,
                FillPrice.FILL,
                Rollup.IMPLAUSIBLE_CLOCK,
                false);
        MeasureSums sums = new MeasureSums();
        sums.add(Generated.counted(dear));
        assertThatThrownBy(() -> sums.add(Generated.counted(dear)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("the sum of completed_price_micros passes 2^63");
    }

    private static MeasureSums sum(List<Map<String, Object>> events) {
        MeasureSums sums = new MeasureSums();
        events.forEach(event -> sums.add(Generated.counted(event)));
        return sums;
    }

    private static List<Long> values(MeasureSums sums) {
        return java.util.stream.IntStream.range(0, MeasureSums.columns().size())
                .mapToObj(sums::get)
                .toList();
    }
}
