package io.datastreamx.warehouse.connector;

import io.datastreamx.config.BigQuerySettings;
import io.datastreamx.config.Settings;
import io.datastreamx.testing.BigQueryEmulator;
import io.datastreamx.testing.BigQueryProxy;
import io.datastreamx.testing.GcsEmulator;
import io.datastreamx.warehouse.BigQueryClient;
import io.datastreamx.warehouse.Warehouse;
import io.datastreamx.warehouse.spark.WarehouseWriter;
import io.datastreamx.warehouse.views.BigQueryTable;
import io.datastreamx.warehouse.views.BigQueryTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Storage, BigQuery and Spark for all tests of this module, and a dataset for each. */
final class ConnectorWorld {
    static final String PROJECT = "test-project";
    static final String BUCKET = "handover";
    static final String VERSION = "v0000000042-n1";

    static final GcsEmulator GCS = GcsEmulator.start();
    private static final BigQueryEmulator EMULATOR = BigQueryEmulator.start(PROJECT, "unused", GCS);
    private static final Certificate CERTIFICATE = new Certificate();
    static final StorageProxy STORAGE;
    static final SparkSession SPARK;
    static final LoadJobs LOAD_JOBS;

    private static int datasets;

    static {
        GCS.createBucket(BUCKET);
        jvmProperties().forEach(System::setProperty);
        STORAGE = new StorageProxy(EMULATOR.storagePort(), CERTIFICATE);
        SparkSession.Builder session = SparkSession.builder().master("local[2]");
        sparkProperties().forEach(session::config);
        SPARK = session.getOrCreate();
        LOAD_JOBS = new LoadJobs(SPARK.sparkContext().hadoopConfiguration());
        proxy().watch(LOAD_JOBS);
        Runtime.getRuntime().addShutdownHook(new Thread(ConnectorWorld::stop, "stop-emulators"));
    }

    private final Map<String, String> properties;
    private final BigQuerySettings settings;
    private final BigQueryClient client;
    private final Warehouse warehouse;

    ConnectorWorld(String write) {
        this(write, BUCKET);
    }

    ConnectorWorld(String write, String bucket) {
        String dataset = "night" + datasets++;
        EMULATOR.createDataset(PROJECT, dataset);
        properties = Map.of(
                "datastreamx.bigquery.project", PROJECT,
                "datastreamx.bigquery.dataset", dataset,
                "datastreamx.bigquery.endpoint", proxy().url(),
                "datastreamx.bigquery.access-token", "dummy",
                "datastreamx.bigquery.write", write,
                "datastreamx.bigquery.temporary-bucket", bucket);
        settings = Settings.load(properties).bigquery();
        client = new BigQueryClient(settings);
        warehouse = new Warehouse(settings, client);
    }

    static BigQueryProxy proxy() {
        return EMULATOR.proxy();
    }

    /**
     * Of any Spark session here: the settings of the night's that matter to a write, and where storage and BigQuery
     * are.
     */
    static Map<String, String> sparkProperties() {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "spark.ui.enabled", "false",
                "spark.driver.host", "127.0.0.1",
                "spark.driver.bindAddress", "127.0.0.1",
                "spark.sql.shuffle.partitions", "1",
                "spark.sql.session.timeZone", "UTC",
                "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS",
                "spark.hadoop.fs.gs.impl", "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
                "spark.datasource.bigquery.bigQueryStorageGrpcEndpoint", STORAGE.address()));
        GCS.hadoop().forEach((name, value) -> properties.put("spark.hadoop." + name, value));
        return properties;
    }

    /** Of any JVM here: the certificate before the Storage Write API. */
    static Map<String, String> jvmProperties() {
        return CERTIFICATE.jvmProperties();
    }

    /** The settings as flags of a process of ours. */
    Map<String, String> properties() {
        return properties;
    }

    Warehouse warehouse() {
        return warehouse;
    }

    /** Empty ones of a version, and those that versions share. */
    void createTables() {
        warehouse.prepare();
        BigQueryTables.ofVersion(VERSION).forEach(warehouse::create);
    }

    WarehouseWriter writer() {
        return WarehouseWriter.of(settings, warehouse);
    }

    List<Map<String, Object>> query(String sql) {
        return client.query(sql);
    }

    Object value(String expression, BigQueryTable table) {
        return query("SELECT " + expression + " AS v FROM " + relation(table) + " AS t")
                .get(0)
                .get("v");
    }

    /** What lies in a bucket. */
    static List<String> objects(String bucket) {
        try {
            List<String> names = new ArrayList<>();
            Path root = new Path("gs://" + bucket + "/");
            var files = root.getFileSystem(SPARK.sparkContext().hadoopConfiguration())
                    .listFiles(root, true);
            while (files.hasNext()) {
                names.add(files.next().getPath().toUri().getPath().substring(1));
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All rows of a table, with the filter that it asks for. */
    String relation(BigQueryTable table) {
        return "(SELECT * FROM " + warehouse.dataset().quoted(table.name()) + " WHERE "
                + table.partitioning().column()
                + (table.partitioning().column().equals("day") ? " >= '0001-01-01'" : " >= 0") + ")";
    }

    private static void stop() {
        SPARK.stop();
        STORAGE.close();
        EMULATOR.close();
        GCS.close();
        try (CERTIFICATE;
                LOAD_JOBS) {
            // their files go
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
