package io.datastreamx.lake;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is in force and, link by link, what one rollback after the other returns to from there: of batch versions and of
 * models alike.
 *
 * @param below null where there is nothing to return to
 */
record InForce<E>(E entry, InForce<E> below) {
    /** A new one lies on top of what was in force, which may be null. */
    static <E> InForce<E> on(InForce<E> top, E entry) {
        return new InForce<>(entry, top);
    }

    /** A rollback takes off the top and whatever else lies on the one that it names. */
    static <E> InForce<E> back(InForce<E> top, E entry, Predicate<E> isNamed) {
        InForce<E> named = top == null ? null : top.below();
        while (named != null && !isNamed.test(named.entry())) {
            named = named.below();
        }
        return new InForce<>(entry, named == null ? null : named.below());
    }

    /** From this one on; of null there is none. */
    static <E> List<E> path(InForce<E> top) {
        return Stream.iterate(top, Objects::nonNull, InForce::below)
                .map(InForce::entry)
                .toList();
    }
}
