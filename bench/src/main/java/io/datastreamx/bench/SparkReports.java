package io.datastreamx.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastreamx.testing.Repository;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Spark SQL over the Delta tables, in a session of its own that is warm, with two threads. */
final class SparkReports implements Reporter {
    private static final ReportQuestion.Dialect DIALECT = new ReportQuestion.Dialect() {
        @Override
        public String time(Instant time) {
            return "TIMESTAMP '" + time + "'";
        }

        @Override
        public String floor(String column, int seconds) {
            return "(unix_seconds(" + column + ") div " + seconds + " * " + seconds + ")";
        }

        @Override
        public String opportunities() {
            return "(SELECT day, region, last_ad_id, fact.minute, fact.requests, fact.fills, fact.impressions FROM"
                    + " (SELECT day, region, last_ad_id, explode(facts) AS fact FROM opportunities))";
        }
    };

    private final Helper spark;

    /** @param rollups URI of the Delta table, like the other */
    SparkReports(String rollups, String opportunities, Path folder) throws IOException {
        this.spark = new Helper(
                "spark",
                0,
                folder.resolve("spark.log"),
                List.of(
                        Repository.sparkJvmOptions(),
                        "-Xmx2g",
                        "-XX:+UseParallelGC",
                        "-cp",
                        Repository.runtimeClasspath("batch-layer").stream()
                                .map(Path::toString)
                                .collect(Collectors.joining(File.pathSeparator)),
                        Repository.root()
                                .resolve("bench/peers/SparkReports.java")
                                .toString(),
                        "rollups",
                        rollups,
                        "opportunities",
                        opportunities));
        spark.awaitReady();
    }

    long pid() {
        return spark.pid();
    }

    @Override
    public String id() {
        return "spark";
    }

    @Override
    public String title() {
        return "Spark SQL";
    }

    @Override
    public List<String> answer(ReportQuestion question, Instant to) throws IOException {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : spark.ask(question.sql(DIALECT))) {
            List<Object> values = new ArrayList<>();
            row.forEach(value -> values.add(value.isNull() ? null : value.asText()));
            rows.add(ReportQuestion.row(values.toArray()));
        }
        return rows;
    }

    @Override
    public void close() {
        spark.close();
    }
}
