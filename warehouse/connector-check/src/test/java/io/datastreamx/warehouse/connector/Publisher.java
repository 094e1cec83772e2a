package io.datastreamx.warehouse.connector;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.Settings;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;

/**
 * What the batch layer's step publish does with one of its tables: drop, create, append, verify. As a process of its
 * own it can be killed.
 */
final class Publisher {
    private static final Case OF = Case.rollups();

    private Publisher() {}

    static void publish(ConnectorWorld world) {
        publish(world.warehouse(), world.writer(), ConnectorWorld.SPARK);
    }

    private static void publish(Warehouse warehouse, WarehouseWriter writer, SparkSession spark) {
        warehouse.prepare();
        warehouse.create(OF.table());
        writer.append(OF.rows().in(spark, 2), OF.table());
        verify(warehouse);
    }

    /** @throws io.datastreamx.warehouse.WarehouseException where rows are missing or there are too many */
    static void verify(Warehouse warehouse) {
        warehouse.verify(
                OF.table(), OF.rows().byDay(), new TreeSet<>(OF.rows().byDay().keySet()));
    }

    public static void main(String[] args) {
        BigQuerySettings settings = Settings.load().bigquery();
        Warehouse warehouse = new Warehouse(settings, new BigQueryClient(settings));
        Map<String, String> spark = new TreeMap<>();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("spark."))
                .forEach(name -> spark.put(name, System.getProperty(name)));
        SparkSession.Builder session = SparkSession.builder().master("local[2]");
        spark.forEach(session::config);
        publish(warehouse, WarehouseWriter.of(settings, warehouse), session.getOrCreate());
    }
}
