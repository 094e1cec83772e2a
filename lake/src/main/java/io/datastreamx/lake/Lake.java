package io.datastreamx.lake;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.table.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The lake: Delta tables, models and policies below one root. Without Spark; Delta Kernel reads and commits.
 * Thread-safe.
 *
 * <p>Layout below the root: {@code events live ledger dead_letters versions models batch/…} (tables),
 * {@code model-files policies control runs leases} (files).
 */
public final class Lake {
    /** A refused record may have a megabyte. */
    private static final int LARGE_ROWS_AT_ONCE = 8;

    private final String root;
    private final Configuration hadoop;
    private final Engine engine;
    private final Engine engineOfLargeRows;
    private final LakeFiles files;
    private final LocalCopies copies;

    /**
     * A lake on this machine, or one that needs no settings. @param rootUri Hadoop URI of the root, such as
     * {@code file:///var/dsx/lake} or {@code gs://bucket/lake}
     */
    public Lake(String rootUri) {
        this(rootUri, Map.of(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * A lake for those who want no {@link #copies()} of their own home. @param hadoopProperties what
     * {@code datastreamx.lake.hadoop} holds
     */
    public Lake(String rootUri, Map<String, String> hadoopProperties) {
        this(rootUri, hadoopProperties, Path.of(System.getProperty("java.io.tmpdir")));
    }

    private Lake(String rootUri, Map<String, String> hadoopProperties, Path temporary) {
        if (!rootUri.contains(":")) {
            throw new IllegalArgumentException(
                    "the lake's root must be a URI with a scheme, such as file:///data/lake: " + rootUri);
        }
        this.root = rootUri.replaceAll("/+$", "");
        this.hadoop = HadoopSettings.configuration(hadoopProperties);
        this.engine = DefaultEngine.create(hadoop);
        Configuration fewRows = new Configuration(hadoop);
        fewRows.setInt("delta.kernel.default.parquet.reader.batch-size", LARGE_ROWS_AT_ONCE);
        this.engineOfLargeRows = DefaultEngine.create(fewRows);
        this.files = new LakeFiles(hadoop);
        this.copies = new LocalCopies(
                hadoop,
                temporary.resolve("lake-copies-" + ProcessHandle.current().pid()));
    }

    /** The lake that is configured. */
    public static Lake of(Settings settings) {
        return new Lake(settings.lakeUri(), settings.storage().hadoop(), Path.of(settings.home(), "tmp"));
    }

    /** How this lake's files are reached; a copy. */
    public Configuration hadoop() {
        return new Configuration(hadoop);
    }

    public String root() {
        return root;
    }

    public String uri(Table table) {
        return root + "/" + table.path();
    }

    /** What a step of a night left behind. */
    public String runUri(String runId, String step) {
        return root + "/runs/" + runId + "/" + step + ".json";
    }

    /** A file of a model: {@code model.json}, {@code metrics.json} or {@code card.md}. */
    public String modelUri(String modelVersion, String file) {
        return root + "/model-files/" + modelVersion + "/" + file;
    }

    public String policyUri(String policyVersion) {
        return root + "/policies/" + policyVersion + ".json";
    }

    /** Where a record of the policy topic is kept, so that every snapshot that a decision names can be found again. */
    public String controlUri(String eventId) {
        return controlFolder() + "/" + eventId + ".json";
    }

    /** The folder of {@link #controlUri}; a name without a colon is no such record. */
    public String controlFolder() {
        return root + "/control";
    }

    /** Which Kafka log the ledger's offsets belong to. */
    public String ingestedLogUri() {
        return controlFolder() + "/ingested-log.json";
    }

    /** Up to which ingest batch live rows may be gone, since every version that can come into force covers them. */
    public String coveredBatchesUri() {
        return controlFolder() + "/covered-batches.txt";
    }

    /** Where the lease of the only writer in a role lives. See {@link WriterLease}. */
    public String leaseUri(String role) {
        return root + "/leases/" + role;
    }

    public DeltaTable table(Table table) {
        return new DeltaTable(table == Table.DEAD_LETTERS ? engineOfLargeRows : engine, hadoop, uri(table), table);
    }

    /**
     * The Delta version at which each of the batch tables is now; those that are not there are created.
     *
     * @throws IllegalStateException where one has other columns than the contract
     */
    public Map<Table, Long> batchState() {
        Map<Table, Long> state = new EnumMap<>(Table.class);
        for (Table table : Table.ofBatch()) {
            DeltaTable delta = table(table);
            delta.createIfAbsent();
            delta.requireColumns();
            state.put(table, delta.state().version());
        }
        return state;
    }

    /** Which batch version is in force, and which were before. */
    public VersionTable versions() {
        return new VersionTable(this);
    }

    /** The models: their files and what became of them. */
    public ModelRegistry models() {
        return new ModelRegistry(this);
    }

    /** Files that records and policies refer to. */
    public Artifacts artifacts() {
        return new Artifacts(this);
    }

    /** Local copies of data files, for readers that want a path. */
    public LocalCopies copies() {
        return copies;
    }

    public LakeFiles files() {
        return files;
    }
}
