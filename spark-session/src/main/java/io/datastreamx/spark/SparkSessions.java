package io.datastreamx.spark;

import io.datastreamx.config.Settings;
import io.datastreamx.lake.HadoopSettings;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens every Spark session of this system. From strongest to weakest: what a profile insists on and
 * {@code datastreamx.spark.master}; what the platform gives ({@code spark-submit}, {@code spark.*} system properties);
 * the profile's defaults.
 */
public final class SparkSessions {
    private static final Logger LOG = LoggerFactory.getLogger(SparkSessions.class);

    private SparkSessions() {}

    /**
     * @throws io.datastreamx.process.CannotRunException where an application that is meant for a cluster has landed on
     *     one machine
     */
    public static SparkSession open(Settings settings, SparkProfile profile) {
        SparkSession spark = SparkSession.builder()
                .config(conf(new SparkConf(), settings, profile))
                .getOrCreate();
        String master = spark.sparkContext().master();
        int parallelism = spark.sparkContext().defaultParallelism();
        LOG.info("Spark {} with spark.master={} and defaultParallelism={}", spark.version(), master, parallelism);
        Placement.require(profile.application(), settings.spark(), master, parallelism);
        return spark;
    }

    /**
     * What a session is opened with.
     *
     * @param platform what the platform gives; stays as it is
     */
    public static SparkConf conf(SparkConf platform, Settings settings, SparkProfile profile) {
        SparkConf conf = platform.clone();
        conf.setIfMissing("spark.app.name", "datastreamx-" + profile.application());
        HadoopSettings.forSpark(settings.storage(), settings.spark().cluster()).forEach(conf::setIfMissing);
        if (!settings.spark().master().isEmpty()) {
            insist(conf, "spark.master", settings.spark().master(), "datastreamx.spark.master names it");
        }
        conf.setIfMissing("spark.master", "local[" + profile.slots() + "]");
        boolean oneMachine = conf.get("spark.master").startsWith("local");
        if (oneMachine) {
            keepToThisMachine(conf, settings.home() + "/tmp/" + profile.application());
        }
        for (SparkProfile.Wish wish : profile.wishes()) {
            switch (wish.strength()) {
                case ALWAYS -> insist(conf, wish.name(), wish.value(), wish.reason());
                case BY_DEFAULT -> conf.setIfMissing(wish.name(), wish.value());
                case ON_ONE_MACHINE -> {
                    if (oneMachine) {
                        conf.setIfMissing(wish.name(), wish.value());
                    }
                }
            }
        }
        return conf;
    }

    /** Nobody else can connect, and nothing is written outside the home. */
    private static void keepToThisMachine(SparkConf conf, String folder) {
        conf.setIfMissing("spark.driver.host", "127.0.0.1");
        conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        conf.setIfMissing("spark.local.dir", folder);
        conf.setIfMissing("spark.sql.warehouse.dir", "file://" + folder + "/warehouse");
    }

    private static void insist(SparkConf conf, String name, String value, String reason) {
        if (conf.contains(name) && !conf.get(name).equals(value)) {
            LOG.warn("{} is {} on this platform; {} is used instead: {}", name, conf.get(name), value, reason);
        }
        conf.set(name, value);
    }
}
