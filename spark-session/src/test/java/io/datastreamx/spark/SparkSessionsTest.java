package io.datastreamx.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.datastreamx.config.Settings;
import io.datastreamx.config.SparkSettings;
import io.datastreamx.process.CannotRunException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Whose word counts: what a profile insists on, then the platform, then our defaults. */
class SparkSessionsTest {
    private static final SparkProfile PROFILE = SparkProfile.named("sample", 3)
            .byDefault("spark.sample", "ours", "it is better")
            .onOneMachine("spark.sql.shuffle.partitions", "3", "one for each slot")
            .always("spark.insisted", "ours", "all else is wrong");

    private static SparkConf conf(Map<String, String> platform, Map<String, String> settings) {
        SparkConf given = new SparkConf(false);
        platform.forEach(given::set);
        Map<String, String> all = new java.util.HashMap<>(settings);
        all.put("datastreamx.home", "/h");
        return SparkSessions.conf(given, Settings.load(all), PROFILE);
    }

    @Test
    void alonePlacesItselfOnThisMachineAndWritesBelowItsHome() {
        SparkConf conf = conf(Map.of(), Map.of());
        assertEquals("local[3]", conf.get("spark.master"));
        assertEquals("127.0.0.1", conf.get("spark.driver.host"));
        assertEquals("127.0.0.1", conf.get("spark.driver.bindAddress"));
        assertEquals("/h/tmp/sample", conf.get("spark.local.dir"));
        assertEquals("file:///h/tmp/sample/warehouse", conf.get("spark.sql.warehouse.dir"));
        assertEquals("datastreamx-sample", conf.get("spark.app.name"));
        assertEquals("ours", conf.get("spark.sample"));
        assertEquals("3", conf.get("spark.sql.shuffle.partitions"));
        assertEquals("false", conf.get("spark.ui.enabled"));
        assertEquals("UTC", conf.get("spark.sql.session.timeZone"));
    }

    @Test
    void thePlatformWinsOverDefaults() {
        SparkConf conf = conf(
                Map.of("spark.sample", "theirs", "spark.ui.enabled", "true", "spark.sql.shuffle.partitions", "64"),
                Map.of());
        assertEquals("theirs", conf.get("spark.sample"));
        assertEquals("true", conf.get("spark.ui.enabled"));
        assertEquals("64", conf.get("spark.sql.shuffle.partitions"));
    }

    @Test
    void whatIsInsistedOnWinsOverThePlatform() {
        SparkConf conf =
                conf(Map.of("spark.insisted", "theirs", "spark.sql.session.timeZone", "Europe/Berlin"), Map.of());
        assertEquals("ours", conf.get("spark.insisted"));
        assertEquals("UTC", conf.get("spark.sql.session.timeZone"));
    }

    @Test
    void deltaIsThereWhateverThePlatformSays() {
        SparkConf given = new SparkConf(false).set("spark.sql.extensions", "other.Extension");
        SparkConf conf = SparkSessions.conf(given, Settings.load(), PROFILE.withDelta());
        assertEquals("io.delta.sql.DeltaSparkSessionExtension", conf.get("spark.sql.extensions"));
        assertEquals("TIMESTAMP_MICROS", conf.get("spark.sql.parquet.outputTimestampType"));
    }

    @Test
    void aClusterKeepsItsAddressesItsFoldersAndItsFileSystem() {
        SparkConf conf = conf(Map.of("spark.master", "yarn"), Map.of("datastreamx.spark.cluster", "true"));
        assertEquals("yarn", conf.get("spark.master"));
        for (String name : new String[] {
            "spark.driver.host",
            "spark.driver.bindAddress",
            "spark.local.dir",
            "spark.sql.warehouse.dir",
            "spark.sql.shuffle.partitions",
            "spark.hadoop.fs.file.impl"
        }) {
            assertFalse(conf.contains(name), name);
        }
    }

    @Test
    void theMasterOfTheSettingsWins() {
        assertEquals(
                "yarn",
                conf(Map.of("spark.master", "local[1]"), Map.of("datastreamx.spark.master", "yarn"))
                        .get("spark.master"));
    }

    @Test
    void hadoopPropertiesOfTheLakeReachSparkUnlessThePlatformSaysOtherwise() {
        Map<String, String> settings =
                Map.of("datastreamx.lake.hadoop.fs.gs.a", "ours", "datastreamx.lake.hadoop.fs.gs.b", "ours");
        SparkConf conf = conf(Map.of("spark.hadoop.fs.gs.b", "theirs"), settings);
        assertEquals("ours", conf.get("spark.hadoop.fs.gs.a"));
        assertEquals("theirs", conf.get("spark.hadoop.fs.gs.b"));
    }

    @Test
    void onlyWhatIsMeantForAClusterMustBeOnOne() {
        SparkSettings cluster = new SparkSettings("", true);
        assertDoesNotThrow(() -> Placement.require("night", new SparkSettings("", false), "local[1]", 1));
        assertDoesNotThrow(() -> Placement.require("night", cluster, "yarn", 2));
        assertThrows(CannotRunException.class, () -> Placement.require("night", cluster, "local[8]", 8));
        assertThrows(CannotRunException.class, () -> Placement.require("night", cluster, "yarn", 1));
    }
}
