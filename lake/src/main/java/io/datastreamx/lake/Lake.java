package io.datastreamx.lake;

import io.datastreamx.contract.table.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import org.apache.hadoop.conf.Configuration;

/**
 * The lake: Delta tables, models and policies below one root. Without Spark; Delta Kernel reads and commits. Thread-safe.
 *
 * <p>Layout below the root: {@code events live ledger dead_letters versions models} (tables), {@code batch/<version>/…} (versioned tables),
 * {@code model-files policies control runs} (files).
 */
public final class Lake {
    private final String root;
    private final Configuration hadoop;
    private final Engine engine;
    private final LakeFiles files;

    /** @param rootUri Hadoop URI of the root, such as {@code file:///var/dsx/lake} or {@code gs://bucket/lake} */
    public Lake(String rootUri) {
        if (!rootUri.contains(":")) {
            throw new IllegalArgumentException(
                    "the lake's root must be a URI with a scheme, such as file:///data/lake: " + rootUri);
        }
        this.root = rootUri.replaceAll("/+$", "");
        this.hadoop = hadoopConfiguration();
        this.engine = DefaultEngine.create(hadoop);
        this.files = new LakeFiles(hadoop);
    }

    /** How this system talks to file systems; {@code fs.*} and {@code google.*} system properties are passed on. */
    public static Configuration hadoopConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set("fs.file.impl", LocalFileSystemWithoutForks.class.getName());
        configuration.set("io.delta.kernel.logStore.file.impl", AtomicLocalLogStore.class.getName());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("fs.") || name.startsWith("google."))
                .forEach(name -> configuration.set(name, System.getProperty(name)));
        return configuration;
    }

    public String root() {
        return root;
    }

    public String uri(Table table) {
        return root + "/" + table.path();
    }

    public String versionFolder(String version) {
        return root + "/batch/" + version;
    }

    public String versionUri(String version, Table table) {
        return versionFolder(version) + "/" + table.path();
    }

    public DeltaTable table(Table table) {
        return new DeltaTable(engine, hadoop, uri(table), table);
    }

    /** A batch table of one version. */
    public DeltaTable table(String version, Table table) {
        return new DeltaTable(engine, hadoop, versionUri(version, table), table);
    }

    public LakeFiles files() {
        return files;
    }
}
