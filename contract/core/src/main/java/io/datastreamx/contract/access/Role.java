package io.datastreamx.contract.access;

import io.datastreamx.contract.event.Context;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What people of one kind see of the merged views, whichever door they come through: the page, the HTTP API and its
 * files ask it, and BigQuery's row policies and authorised views are generated from it.
 */
public enum Role {
    /** Asks about everything, all day. */
    ANALYST(Rows.ALL, Money.SEEN, System.SEEN),
    /** An aggregator's account manager: rows of its own aggregators, and nothing that tells of others. */
    PARTNER(Rows.OWN, Money.SEEN, System.HIDDEN),
    /** Builds models; sees what an analyst sees. */
    SCIENTIST(Rows.ALL, Money.SEEN, System.SEEN),
    /** Keeps it running, and needs no money for that. */
    OPERATOR(Rows.ALL, Money.HIDDEN, System.SEEN),
    /** Everything. */
    ADMIN(Rows.ALL, Money.SEEN, System.SEEN);

    private enum Rows {
        ALL,
        OWN
    }

    private enum Money {
        SEEN,
        HIDDEN
    }

    private enum System {
        SEEN,
        HIDDEN
    }

    /** Columns by which one aggregator's rows tell of another's ads. */
    private static final Set<String> OF_OTHERS = Set.of(Context.LAST_AD_ID);

    private static final String MONEY_SUFFIX = "_micros";

    private final Rows rows;
    private final Money money;
    private final System system;

    Role(Rows rows, Money money, System system) {
        this.rows = rows;
        this.money = money;
        this.system = system;
    }

    /** The name in tokens, settings and SQL. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it sees rows of every aggregator, and those of none. */
    public boolean seesEveryRow() {
        return rows == Rows.ALL;
    }

    /** Whether it sees where the log stands: offsets, the ledger, lost records, problems. */
    public boolean seesSystem() {
        return system == System.SEEN;
    }

    /**
     * Whether it sees a column of reports, a measure or a dimension.
     *
     * @param column its name in tables; money is told by its unit, micro-units
     */
    public boolean seesColumn(String column) {
        boolean hidden = money == Money.HIDDEN && column.endsWith(MONEY_SUFFIX)
                || rows == Rows.OWN && OF_OTHERS.contains(column);
        return !hidden;
    }

    public static Optional<Role> named(String wireName) {
        return Arrays.stream(values())
                .filter(role -> role.wireName().equals(wireName))
                .findFirst();
    }
}
