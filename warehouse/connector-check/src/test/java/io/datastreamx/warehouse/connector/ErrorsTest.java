package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.SettingsException;
import io.datastreamx.warehouse.WarehouseException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an operator is told. Without a connector: {@code NoConnectorTest} of warehouse-spark, whose class path has none.
 */
class ErrorsTest {
    private static final Case OF = Case.rollups();

    private static String failure(ConnectorWorld world, Dataset<Row> rows) {
        WarehouseException e =
                assertThrows(WarehouseException.class, () -> world.writer().append(rows, OF.table()));
        return e.getMessage();
    }

    private static Dataset<Row> rows() {
        return OF.rows().in(ConnectorWorld.SPARK, 1);
    }

    @Test
    void theBucketMustBeNamed() {
        ConnectorWorld world = new ConnectorWorld("connector", "");
        String message =
                assertThrows(IllegalArgumentException.class, world::writer).getMessage();
        assertTrue(message.contains("datastreamx.bigquery.temporary-bucket is not set"), message);
        assertTrue(message.contains("connector-direct"), message);
    }

    @Test
    void theMethodMustBeOneOfThree() {
        String message = assertThrows(SettingsException.class, () -> new ConnectorWorld("pigeon"))
                .getMessage();
        assertTrue(
                message.contains("bigquery.write is 'pigeon'; it must be connector or connector-direct or load-job"),
                message);
    }

    @Test
    void theBucketMustBeThere() {
        ConnectorWorld world = new ConnectorWorld("connector", "nowhere");
        world.createTables();
        String message = failure(world, rows());
        assertTrue(message.contains("there is no bucket gs://nowhere. Create it in US"), message);
        assertEquals(0L, world.value("COUNT(*)", OF.table()));
    }

    /** By the direct method the connector alone would make it, without partitions and expiration. */
    @ParameterizedTest
    @ValueSource(strings = {"connector", "connector-direct"})
    void aMissingTableIsNotMade(String write) {
        ConnectorWorld world = new ConnectorWorld(write);
        String message = failure(world, rows());
        assertTrue(message.contains("only ever appended to a table that DatastreamX has made"), message);
        assertFalse(world.warehouse().has(OF.table()));
    }

    @Test
    void rowsOfAnotherTypeAreRefusedAndNothingIsWritten() {
        ConnectorWorld world = new ConnectorWorld("connector-direct");
        world.createTables();
        String message = failure(world, rows().withColumn("requests", functions.lit("many")));
        assertTrue(message.contains("requests"), message);
        assertEquals(0L, world.value("COUNT(*)", OF.table()));
    }
}
