package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.config.Settings;
import io.datastreamx.spark.SparkSessions;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Precedence in general is tested where sessions are opened. */
class RouterSessionTest {
    private final SparkConf platform = new SparkConf(false);

    @Test
    void aloneItTakesItsSlotsOfThisMachine() {
        SparkConf conf = SparkSessions.conf(platform, Settings.load(), RouterSession.profile(4));
        assertEquals("local[4]", conf.get("spark.master"));
        assertEquals("2", conf.get("spark.sql.shuffle.partitions"));
    }

    @Test
    void theShufflePartitionsOfThePlatformWin() {
        platform.set("spark.master", "yarn").set("spark.sql.shuffle.partitions", "16");
        SparkConf conf = SparkSessions.conf(platform, Settings.load(), RouterSession.profile(4));
        assertEquals("16", conf.get("spark.sql.shuffle.partitions"));
    }
}
