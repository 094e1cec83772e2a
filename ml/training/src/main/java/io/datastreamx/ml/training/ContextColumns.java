package io.datastreamx.ml.training;

import io.datastreamx.contract.event.Context;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** The context of an attempt as arguments of a function over {@link LearningLog}. */
final class ContextColumns {
    private ContextColumns() {}

    /** The context's columns in the order of the components of {@link Context}, then the others. */
    static Column[] and(String... others) {
        return Stream.concat(Context.NAMES.stream(), Stream.of(others))
                .map(name -> functions.col(name))
                .toArray(Column[]::new);
    }
}
