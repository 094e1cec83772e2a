package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** ClickHouse as the Python package {@code chdb} embeds it, in a process of its own for each run. */
final class ClickHousePeer implements RollupPeer {
    private static final String MINUTE = "toStartOfMinute(counted_time, 'UTC')";
    private static final RollupQuery QUERY = new RollupQuery(
            MINUTE, "toDateTime64(" + MINUTE + ", 6, 'UTC')", "toDate(" + MINUTE + ")", "Int64", "uniqHLL12");

    private final Path python;
    private String version = "";
    private long peakMegabytes = -1;

    private ClickHousePeer(Path python) {
        this.python = python;
    }

    /**
     * Builds its environment where that is missing.
     *
     * @throws IOException where it cannot be built
     */
    static ClickHousePeer prepare() throws IOException, InterruptedException {
        return new ClickHousePeer(Path.of(PeerProgram.python("clickhouse")));
    }

    @Override
    public String id() {
        return "clickhouse";
    }

    @Override
    public String title() {
        return "ClickHouse";
    }

    @Override
    public double run(String log, Path answers) throws IOException, InterruptedException {
        String statement = "INSERT INTO FUNCTION file('" + answers + "/day={_partition_id}/0.parquet', Parquet)"
                + " PARTITION BY toString(day)\n"
                + QUERY.over("file('" + log + "', Parquet)")
                + "\nSETTINGS max_threads = " + THREADS + ", output_format_parquet_compression_method = 'snappy'";
        String script = folder().resolve("query.py").toString();
        JsonNode outcome = Machine.JSON.readTree(PeerProgram.output(List.of(python.toString(), script), statement));
        version = outcome.get("version").asText();
        peakMegabytes = Math.max(peakMegabytes, outcome.get("peak_memory_mb").asLong());
        return outcome.get("seconds").asDouble();
    }

    /** Of the engine; empty before the first run. */
    String version() {
        return version;
    }

    /** Most memory of all runs. */
    long peakMegabytes() {
        return peakMegabytes;
    }

    private static Path folder() {
        return Repository.root().resolve("bench/peers/clickhouse");
    }

    @Override
    public void close() {}
}
