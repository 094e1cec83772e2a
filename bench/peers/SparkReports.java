import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Spark SQL over Delta tables in a session that stays: {@code dsx bench reports} starts it. Arguments: name and folder of each table. It answers each line of
 * SQL with a line of JSON, the rows as arrays of values.
 *
 * <p>Usage: {@code java @spark-jvm.options -cp "$(cat batch-layer/target/runtime.classpath)" bench/peers/SparkReports.java rollups file:///...}
 */
public final class SparkReports {
    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        try (SparkSession spark = SparkSession.builder()
                        .master("local[2]")
                        .appName("reports")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.sql.session.timeZone", "UTC")
                        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/spark-warehouse")
                        .config("spark.sql.shuffle.partitions", 2)
                        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                        .getOrCreate();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (int i = 0; i < args.length; i += 2) {
                spark.read().format("delta").load(args[i + 1]).createOrReplaceTempView(args[i]);
            }
            System.out.println("READY spark " + spark.version());
            for (String sql; (sql = in.readLine()) != null; ) {
                List<List<Object>> rows = new ArrayList<>();
                for (Row row : spark.sql(sql).collectAsList()) {
                    List<Object> values = new ArrayList<>();
                    for (int i = 0; i < row.size(); i++) {
                        values.add(row.get(i));
                    }
                    rows.add(values);
                }
                System.out.println(json.writeValueAsString(rows));
            }
        }
    }
}
