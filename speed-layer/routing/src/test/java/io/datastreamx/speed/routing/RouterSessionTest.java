package io.datastreamx.speed.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.config.Settings;
import io.datastreamx.spark.SparkSessions;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class RouterSessionTest {
    private static SparkConf conf(Map<String, String> platform) {
        SparkConf given = new SparkConf(false);
        platform.forEach(given::set);
        return SparkSessions.conf(given, Settings.load(), RouterSession.profile(4));
    }

    @Test
    void aloneItTakesItsSlotsOfThisMachine() {
        SparkConf conf = conf(Map.of());
        assertEquals("local[4]", conf.get("spark.master"));
        assertEquals("2", conf.get("spark.sql.shuffle.partitions"));
    }

    @Test
    void theShufflePartitionsOfThePlatformWin() {
        SparkConf conf = conf(Map.of("spark.master", "yarn", "spark.sql.shuffle.partitions", "16"));
        assertEquals("16", conf.get("spark.sql.shuffle.partitions"));
    }

    @Test
    void otherChoicesOfThePlatformWinToo() {
        assertEquals("true", conf(Map.of("spark.ui.enabled", "true")).get("spark.ui.enabled"));
        assertEquals(
                "7", conf(Map.of("spark.sql.codegen.cache.maxEntries", "7")).get("spark.sql.codegen.cache.maxEntries"));
    }

    @Test
    void aDayIsOneOfUtcWhateverThePlatformSays() {
        assertEquals(
                "UTC", conf(Map.of("spark.sql.session.timeZone", "Asia/Tokyo")).get("spark.sql.session.timeZone"));
    }
}
