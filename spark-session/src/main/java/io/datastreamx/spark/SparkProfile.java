package io.datastreamx.spark;

import java.util.ArrayList;
import java.util.List;

/**
 * What one application wants of Spark, each setting with its reason. A value: every method returns a new one.
 *
 * @param application its name, such as {@code ingest}
 * @param slots task slots on one machine, where the platform names no master
 */
public record SparkProfile(String application, int slots, List<Wish> wishes) {
    /** Whose word counts. */
    enum Strength {
        /** Only on one machine, and only where the platform says nothing. */
        ON_ONE_MACHINE,
        /** Where the platform says nothing. */
        BY_DEFAULT,
        /** Whatever the platform says. */
        ALWAYS
    }

    /** One Spark setting and why. */
    record Wish(Strength strength, String name, String value, String reason) {}

    public SparkProfile {
        wishes = List.copyOf(wishes);
    }

    /** What every application of ours wants. */
    public static SparkProfile named(String application, int slots) {
        return new SparkProfile(application, slots, List.of())
                .always("spark.sql.session.timeZone", "UTC", "minutes, hours and days are those of UTC")
                .byDefault("spark.ui.enabled", "false", "nobody looks at it on one machine; it takes memory and a port")
                .byDefault(
                        "spark.sql.artifact.isolation.enabled",
                        "false",
                        "one session has nothing to be isolated from; with isolation every class that generated code names"
                                + " is first asked for over RPC");
    }

    /** What those want besides that read and write the lake's tables. */
    public SparkProfile withDelta() {
        return always(
                        "spark.sql.extensions",
                        "io.delta.sql.DeltaSparkSessionExtension",
                        "without it Delta's statements and checks are missing")
                .always(
                        "spark.sql.catalog.spark_catalog",
                        "org.apache.spark.sql.delta.catalog.DeltaCatalog",
                        "without it Delta's tables cannot be named")
                .always(
                        "spark.sql.parquet.outputTimestampType",
                        "TIMESTAMP_MICROS",
                        "the lake's other readers, Delta Kernel and DuckDB, keep microseconds; INT96 is not theirs")
                .byDefault("spark.databricks.delta.snapshotPartitions", "1", "our logs are short")
                .byDefault("spark.sql.adaptive.enabled", "false", "the queries are known; a stage at a time is slower")
                .byDefault(
                        "spark.sql.ansi.enabled",
                        "false",
                        "overflow checks cost an allocation per addition, 43 sums a row; sums of micro-units stay far below"
                                + " 2^63");
    }

    /** Our choice where the platform says nothing. */
    public SparkProfile byDefault(String name, String value, String reason) {
        return with(new Wish(Strength.BY_DEFAULT, name, value, reason));
    }

    /** Our choice on one machine where nobody says otherwise; a cluster has its own. */
    public SparkProfile onOneMachine(String name, String value, String reason) {
        return with(new Wish(Strength.ON_ONE_MACHINE, name, value, reason));
    }

    /** Wins over the platform, since the results would be wrong or nothing would work; the override is logged. */
    public SparkProfile always(String name, String value, String reason) {
        return with(new Wish(Strength.ALWAYS, name, value, reason));
    }

    private SparkProfile with(Wish wish) {
        List<Wish> more = new ArrayList<>(wishes);
        more.add(wish);
        return new SparkProfile(application, slots, more);
    }
}
