package io.datastreamx.ml.training;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.datastreamx.contract.event.Context;
import io.datastreamx.ml.policy.AdSlot;
import java.io.Serializable;
import java.sql.Timestamp;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;

/** Rows of {@link LearningWindow#attempts} as arguments of functions in plain Java. */
final class Attempts {
    private static final Column[] COLUMNS = Stream.concat(
                    Context.NAMES.stream(),
                    Stream.of("request_time", "bid_floor_micros", "time_left_ms", "aggregator_id", "position"))
            .map(name -> col(name))
            .toArray(Column[]::new);

    private Attempts() {}

    /** One aggregator asked once. */
    record Asked(AdSlot slot, String aggregatorId, int position) {}

    /** What is computed from an attempt. */
    @FunctionalInterface
    interface Function<T> extends Serializable {
        T of(Asked asked);
    }

    static <T> Column apply(Function<T> function, DataType type) {
        UDF1<Row, T> wrapped = row -> function.of(asked(row));
        return udf(wrapped, type).apply(struct(COLUMNS));
    }

    /** Rows that {@link #asked} reads. */
    static JavaRDD<Row> rows(Dataset<Row> attempts) {
        return attempts.select(COLUMNS).javaRDD();
    }

    static Asked asked(Row row) {
        Context context =
                new Context(row.getString(0), row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        return new Asked(
                new AdSlot(context, row.<Timestamp>getAs(5).toInstant(), row.getLong(6), row.getLong(7)),
                row.getString(8),
                row.getInt(9));
    }
}
