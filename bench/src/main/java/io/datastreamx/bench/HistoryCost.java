package io.datastreamx.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.StepName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a night costs over the same new records behind a short and a long history. */
final class HistoryCost {
    private final NightHome brief;
    private final NightHome extended;
    private final List<NightRun> afterBrief = new ArrayList<>();
    private final List<NightRun> afterExtended = new ArrayList<>();

    /** @param brief a home with a short history, of which a night is in force, and {@code extended} one with a long */
    HistoryCost(NightHome brief, NightHome extended) {
        this.brief = brief;
        this.extended = extended;
    }

    /** Adds the same records to both, and lets both have a night. The order turns with each round. */
    void round(int number, NewRecords added) throws Exception {
        List<NightHome> order = new ArrayList<>(List.of(brief, extended));
        Collections.rotate(order, number);
        for (NightHome home : order) {
            home.fill(List.of(added.fleet()), added.records());
            NightRun night = home.night();
            if (night.rebuiltDays().size() != 1) {
                throw new IllegalStateException(
                        "only one day got events, and the night rebuilt " + night.rebuiltDays());
            }
            (home == brief ? afterBrief : afterExtended).add(night);
            say(
                    "round %d, night behind %,d events: %.1f s, rebuild %.1f s",
                    number + 1, home.accepted() - added.records(), night.seconds(), night.seconds(StepName.REBUILD));
        }
    }

    ObjectNode figures() {
        ObjectNode figures = Machine.JSON.createObjectNode();
        put(figures, "night", NightRun::seconds);
        put(figures, "rebuild", night -> night.seconds(StepName.REBUILD));
        put(figures, "validate", night -> night.seconds(StepName.VALIDATE));
        put(figures, "cpu", NightRun::cpuSeconds);
        return figures;
    }

    private void put(ObjectNode figures, String name, ToDoubleFunction<NightRun> seconds) {
        ObjectNode node = figures.putObject(name);
        node.set("seconds_after_short_history", Rounds.of(afterBrief, seconds));
        node.set("seconds_after_ten_times_that", Rounds.of(afterExtended, seconds));
        node.put(
                "ratio",
                Spread.of(afterExtended, seconds).median()
                        / Spread.of(afterBrief, seconds).median());
    }

    private static void say(String what, Object... values) {
        System.err.println("bench: " + what.formatted(values));
    }
}
