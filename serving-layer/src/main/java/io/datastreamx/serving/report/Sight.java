package io.datastreamx.serving.report;

import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What of reports is seen: the rules of a role, and for a partner its aggregators. All who have the same sight get the
 * same answers.
 *
 * @param aggregators whose rows are seen, where the role does not see every row
 */
public record Sight(Role role, Set<String> aggregators) {
    /** Nothing is hidden. */
    public static final Sight EVERYTHING = new Sight(Role.ADMIN, Set.of());

    public static Sight of(Identity identity) {
        return new Sight(identity.role(), identity.aggregators());
    }

    /**
     * The question as far as it may be asked: rows of others are left out, and so are hidden measures where none were
     * named.
     *
     * @throws NotClearedException where it names what is hidden
     */
    public ReportQuery of(ReportQuery query) {
        query.by().forEach(by -> require(by.dimension().column()));
        query.where().keySet().forEach(dimension -> require(dimension.column()));
        List<Figure> figures = query.figures();
        if (figures.equals(Figure.standard())) {
            figures = figures.stream().filter(this::sees).toList();
        }
        figures.stream().filter(figure -> !sees(figure)).findFirst().ifPresent(figure -> {
            throw notSeen(figure.name());
        });
        return query.withFigures(figures).withWhere(rows(query.where()));
    }

    /**
     * Those of these measures that are seen.
     *
     * @param measures their names, separated by commas, each with or without {@code -} in front
     */
    public String seen(String measures) {
        return Arrays.stream(measures.split(","))
                .filter(name -> name.isEmpty() || sees(Figure.named(name.replaceFirst("^-", ""))))
                .collect(Collectors.joining(","));
    }

    boolean sees(Figure figure) {
        return role.seesColumn(figure.name()) && figure.sums().stream().allMatch(role::seesColumn);
    }

    private void require(String column) {
        if (!role.seesColumn(column)) {
            throw notSeen(column);
        }
    }

    private NotClearedException notSeen(String column) {
        return new NotClearedException("the role " + role.wireName() + " does not see " + column);
    }

    private Map<Dimension, List<String>> rows(Map<Dimension, List<String>> where) {
        if (role.seesEveryRow()) {
            return where;
        }
        List<String> asked = where.getOrDefault(Dimension.AGGREGATOR, List.copyOf(new TreeSet<>(aggregators)));
        for (String aggregator : asked) {
            if (!aggregators.contains(aggregator)) {
                throw new NotClearedException("you see rows of " + new TreeSet<>(aggregators) + ", not of "
                        + (aggregator.isEmpty() ? "none" : "'" + aggregator + "'"));
            }
        }
        Map<Dimension, List<String>> own = new EnumMap<>(Dimension.class);
        own.putAll(where);
        own.put(Dimension.AGGREGATOR, asked);
        return own;
    }
}
