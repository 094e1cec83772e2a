package io.datastreamx.speed.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.datastreamx.config.Settings;
import io.datastreamx.spark.SparkSessions;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class IngestSessionTest {
    private static SparkConf conf(Map<String, String> platform) {
        SparkConf given = new SparkConf(false);
        platform.forEach(given::set);
        return SparkSessions.conf(given, Settings.load(), IngestSession.profile(4));
    }

    @Test
    void aloneItTakesItsSlotsOfThisMachine() {
        SparkConf conf = conf(Map.of());
        assertEquals("local[4]", conf.get("spark.master"));
        assertEquals("4", conf.get("spark.sql.shuffle.partitions"));
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

    @Test
    void deltaIsThereWhateverThePlatformSays() {
        SparkConf conf = conf(Map.of("spark.sql.extensions", "other.Extension"));
        assertEquals("io.delta.sql.DeltaSparkSessionExtension", conf.get("spark.sql.extensions"));
        assertEquals("TIMESTAMP_MICROS", conf.get("spark.sql.parquet.outputTimestampType"));
    }
}
