package io.datastreamx.batch;

import io.datastreamx.config.ReportSettings;
import io.datastreamx.contract.measure.Grains;
import io.datastreamx.contract.table.Table;
import io.datastreamx.lake.Lake;
import io.datastreamx.lake.Ledger;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * By which grain the new version keeps rollups. It follows from the log, not from the clock, so that a rebuild makes
 * the same.
 *
 * @param grains as the settings have it, whatever days there are
 * @param coarsened days that are not built from the raw log and whose rollups are to be made coarser
 */
record Kept(Grains grains, SortedSet<LocalDate> coarsened) {
    static Kept of(Night night, SortedSet<LocalDate> rebuilt) {
        ReportSettings settings = night.settings().reports();
        Grains wanted = new Ledger(night.lake())
                .appendedUpTo(night.sealed().cut())
                .map(appended -> Grains.asOf(appended, settings.minutes(), settings.hours()))
                .orElse(Grains.MINUTES);
        return night.sealed()
                .baseIfAny()
                .map(base -> after(night.lake(), base, wanted, rebuilt))
                .orElseGet(() -> new Kept(wanted, new TreeSet<>()));
    }

    /** The same as the version says it that these tables make up: without boundaries that no day lies before. */
    Grains among(Lake lake, Map<Table, Long> tables) {
        return grains.within(days(lake, tables));
    }

    private static SortedSet<LocalDate> days(Lake lake, Map<Table, Long> tables) {
        return lake.table(Table.BATCH_ROLLUPS)
                .state(tables.get(Table.BATCH_ROLLUPS))
                .days();
    }

    private static Kept after(Lake lake, Sealed.Base base, Grains wanted, SortedSet<LocalDate> rebuilt) {
        SortedSet<LocalDate> others = days(lake, base.tables());
        others.removeAll(rebuilt);
        Grains grains = wanted.noFinerThan(base.grains(), others);
        return new Kept(grains, Coarsen.days(others, base.grains(), grains));
    }
}
