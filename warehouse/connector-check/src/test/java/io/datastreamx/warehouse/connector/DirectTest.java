package io.datastreamx.warehouse.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.datastreamx.contract.measure.Rollup;
import io.datastreamx.contract.table.Column;
import io.datastreamx.contract.table.Table;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code write = connector-direct}: the Storage Write API, exactly once. */
class DirectTest {
    private final ConnectorWorld world = new ConnectorWorld("connector-direct", "");

    static List<Case> cases() {
        return Case.all();
    }

    @BeforeEach
    void begin() {
        world.createTables();
        ConnectorWorld.STORAGE.forget();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyColumnOfEveryRowArrives(Case of) {
        world.writer().append(of.rows().in(ConnectorWorld.SPARK, 2), of.table());
        Answers answers = Answers.ofStreams(world::query);
        answers.assertFlat(of.rows(), world.relation(of.table()));
        for (Column array : of.rows().arrays()) {
            answers.assertElements(of, array, world.relation(of.table()));
            if (array.name().equals("facts")) {
                assertTimesWithin(of, array);
            }
        }
        assertEquals(List.of(), ConnectorWorld.LOAD_JOBS.tableChanges(), "tables are the DDL's alone");
    }

    /** What the emulator does not read, looked up in what it was sent. */
    private static void assertTimesWithin(Case of, Column array) {
        List<Object> sent = new ArrayList<>();
        for (StorageProxy.Sent request : ConnectorWorld.STORAGE.sent()) {
            for (DynamicMessage row : request.messages()) {
                for (Object element : (List<?>) field(row, array.name())) {
                    sent.add(field((Message) element, Rollup.MINUTE));
                }
            }
        }
        List<Object> expected = of.rows().elements(of.key(), array).stream()
                .map(element -> element.get(Rollup.MINUTE))
                .sorted()
                .toList();
        assertFalse(expected.isEmpty());
        assertEquals(expected, sent.stream().sorted().toList());
    }

    private static Object field(Message message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    @Test
    void sumsDaysAndTimesAreKnown() {
        KnownAnswers.check(world);
    }

    /**
     * A request holds 10 MB at most: three rows of 3.9 MB take two, and only the first names the stream and the schema.
     */
    @Test
    void aStreamOfSeveralRequestsIsOneAppend() {
        SampleRows rows = SampleRows.live(Table.EVENTS, 3);
        Dataset<Row> wide =
                rows.in(ConnectorWorld.SPARK, 1).withColumn("extra", functions.expr("repeat('x', 3900000)"));
        world.writer().append(wide, BigQueryTables.events());
        assertTrue(ConnectorWorld.STORAGE.sent().size() > 1);
        assertEquals(3L, world.value("COUNT(DISTINCT event_id)", BigQueryTables.events()));
        assertEquals(11_700_000L, world.value("SUM(LENGTH(extra))", BigQueryTables.events()));
    }

    @Test
    void noRowsAreNoFailure() {
        Dataset<Row> none = Case.rollups().rows().in(ConnectorWorld.SPARK, 1).where("false");
        world.writer().append(none, Case.rollups().table());
        world.warehouse().verify(Case.rollups().table(), Map.of(), new TreeSet<>());
    }
}
