package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.contract.table.Column;
import io.datastreamx.warehouse.views.BigQueryTable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code write = connector}: Parquet in a bucket and one load job. */
class IndirectTest {
    /** Names of types in the REST API. */
    private static final Map<String, String> REST = Map.of("INT64", "INTEGER", "FLOAT64", "FLOAT", "BOOL", "BOOLEAN");

    static List<Case> cases() {
        return Case.all();
    }

    /**
     * By SQL what the emulator can read; from the very files that were loaded, by another reader of Parquet, all of it.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void everyColumnOfEveryRowArrives(Case of) {
        ConnectorWorld world = new ConnectorWorld("connector");
        world.createTables();
        world.writer().append(of.rows().in(ConnectorWorld.SPARK, 2), of.table());
        Answers.ofLoads(world::query).assertFlat(of.rows(), world.relation(of.table()));

        Answers files = Answers.ofDuckDb(LoadJobs::query);
        files.assertFlat(of.rows(), ConnectorWorld.LOAD_JOBS.relation());
        for (Column array : of.rows().arrays()) {
            files.assertElements(of, array, ConnectorWorld.LOAD_JOBS.relation());
        }
        assertLoadJob(of);
        assertEquals(List.of(), ConnectorWorld.LOAD_JOBS.tableChanges(), "tables are the DDL's alone");
        assertEquals(List.of(), ConnectorWorld.objects(ConnectorWorld.BUCKET));
    }

    private static void assertLoadJob(Case of) {
        JsonNode load = ConnectorWorld.LOAD_JOBS.last();
        assertEquals(
                of.table().name(), load.path("destinationTable").path("tableId").asText());
        assertEquals("PARQUET", load.path("sourceFormat").asText());
        assertEquals("CREATE_NEVER", load.path("createDisposition").asText());
        assertEquals("WRITE_APPEND", load.path("writeDisposition").asText());
        assertFalse(load.has("schemaUpdateOptions"), load.toString());
        assertEquals(
                of.table().columns().stream().map(IndirectTest::declared).toList(),
                StreamSupport.stream(load.path("schema").path("fields").spliterator(), false)
                        .map(field -> field.path("name").asText() + " "
                                + field.path("mode").asText() + " "
                                + field.path("type").asText())
                        .toList());
        // Spark writes arrays in three levels, of which BigQuery takes the middle one for a field of its own unless
        // told otherwise.
        assertTrue(load.path("parquetOptions").path("enableListInference").asBoolean());
        if (!of.rows().arrays().isEmpty()) {
            assertTrue(
                    Collections.indexOfSubList(
                                    ConnectorWorld.LOAD_JOBS.fields(),
                                    List.of(of.rows().arrays().get(0).name(), "list", "element"))
                            >= 0,
                    ConnectorWorld.LOAD_JOBS.fields().toString());
        }
    }

    private static String declared(BigQueryTable.Column column) {
        return column.type().startsWith("ARRAY<STRUCT")
                ? column.name() + " REPEATED RECORD"
                : column.name() + " NULLABLE " + REST.getOrDefault(column.type(), column.type());
    }

    @Test
    void sumsDaysAndTimesAreKnown() {
        KnownAnswers.check(new ConnectorWorld("connector"));
    }

    @Test
    void noRowsAreNoFailure() {
        ConnectorWorld world = new ConnectorWorld("connector");
        world.createTables();
        Dataset<Row> none = Case.rollups().rows().in(ConnectorWorld.SPARK, 1).where("false");
        world.writer().append(none, Case.rollups().table());
        world.warehouse().verify(Case.rollups().table(), Map.of(), new TreeSet<>());
    }
}
