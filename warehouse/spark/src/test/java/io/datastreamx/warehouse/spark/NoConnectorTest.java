package io.datastreamx.warehouse.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.Settings;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.WarehouseException;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On this class path there is no connector, as on a platform that was not told to bring one. */
class NoConnectorTest {
    private static final BigQueryTable TABLE = BigQueryTables.ledger();

    private static HttpServer server;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // Whatever table is asked for is there.
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connector", "connector-direct"})
    void whatIsMissingIsSaid(String write) {
        BigQuerySettings settings = Settings.load(Map.of(
                        "datastreamx.bigquery.project", "test-project",
                        "datastreamx.bigquery.endpoint",
                                "http://127.0.0.1:" + server.getAddress().getPort(),
                        "datastreamx.bigquery.access-token", "dummy",
                        "datastreamx.bigquery.write", write,
                        "datastreamx.bigquery.temporary-bucket", "handover"))
                .bigquery();
        WarehouseWriter writer = WarehouseWriter.of(settings, new Warehouse(settings, new BigQueryClient(settings)));
        WarehouseException e = assertThrows(WarehouseException.class, () -> writer.append(row(), TABLE));
        assertTrue(e.getMessage().startsWith("spark-bigquery-connector is not on Spark's class path"), e.getMessage());
        assertTrue(e.getMessage().contains("dataproc.sparkBqConnector.version"), e.getMessage());
        String line = spark.version().substring(0, spark.version().lastIndexOf('.'));
        assertTrue(e.getMessage().contains("spark-" + line + "-bigquery"), e.getMessage());
        assertEquals(0, e.status());
    }

    private static Dataset<Row> row() {
        return spark.range(1)
                .select(TABLE.columnNames().stream()
                        .map(name -> functions.lit("x").as(name))
                        .toArray(Column[]::new));
    }
}
