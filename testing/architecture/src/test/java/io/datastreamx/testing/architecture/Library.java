package io.datastreamx.testing.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A foreign library, told by the packages of its classes. What is in none of them may be used by no module. */
enum Library {
    /** The JDK and the logging facade: everybody's. */
    EVERYBODYS(
            "java.",
            "javax.",
            "jdk.",
            "sun.misc.Signal",
            "com.sun.management.",
            "com.sun.net.httpserver.",
            "org.slf4j."),
    SPARK("org.apache.spark.", "scala."),
    DELTA_SPARK("io.delta.tables."),
    PARQUET("org.apache.parquet."),
    DELTA_KERNEL("io.delta.kernel.", "io.delta.storage."),
    HADOOP("org.apache.hadoop.", "com.google.cloud.hadoop."),
    KAFKA_CLIENTS("org.apache.kafka.clients.", "org.apache.kafka.common."),
    KAFKA_STREAMS("org.apache.kafka.streams."),
    KAFKA_SERVER("org.apache.kafka.", "kafka."),
    JACKSON("com.fasterxml.jackson."),
    DATASKETCHES("org.apache.datasketches."),
    COMMONS_MATH("org.apache.commons.math3."),
    FASTUTIL("it.unimi.dsi.fastutil."),
    TYPESAFE_CONFIG("com.typesafe.config."),
    PICOCLI("picocli."),
    JLINE("org.jline."),
    JAVALIN("io.javalin.", "jakarta.servlet."),
    JETTY("org.eclipse.jetty."),
    JOSE("com.nimbusds."),
    DUCKDB("org.duckdb."),
    FLINK("org.apache.flink."),
    JMH("org.openjdk.jmh."),
    OJALGO("org.ojalgo."),
    GOOGLE_AUTH("com.google.auth.", "com.google.api.client.");

    private final List<String> prefixes;

    Library(String... prefixes) {
        this.prefixes = List.of(prefixes);
    }

    /** The library that a class belongs to, the first in the order of the constants; empty for an unknown one. */
    static Optional<Library> of(String className) {
        return Arrays.stream(values())
                .filter(library -> library.prefixes.stream().anyMatch(className::startsWith))
                .findFirst();
    }
}
