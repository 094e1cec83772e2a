package io.datastreamx.simulator.lab;

import io.datastreamx.config.MlSettings;
import io.datastreamx.contract.policy.ArtifactRef;
import io.datastreamx.contract.policy.CapPlan;
import io.datastreamx.contract.policy.Exploration;
import io.datastreamx.contract.policy.Findings;
import io.datastreamx.contract.policy.PolicyDocument;
import io.datastreamx.ml.log.DecisionRow;
import io.datastreamx.ml.policy.LogisticScorer;
import io.datastreamx.ml.policy.ModelDocument;
import io.datastreamx.ml.policy.TrainingInfo;
import io.datastreamx.ml.training.DecisionLog;
import io.datastreamx.ml.training.LogRefused;
import io.datastreamx.ml.training.NightLearning;
import io.datastreamx.ml.training.TooLittleEvidence;
import io.datastreamx.ml.training.caps.CapPlanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The night's learning as it is shipped, over the days of the run that its window reaches; each is kept as a file. */
final class SparkNights implements Nights {
    private static final Logger LOG = LoggerFactory.getLogger(SparkNights.class);

    private static final int MOST_PLANNED = 2_000;

    private final SparkSession spark;
    private final MlSettings settings;
    private final Path folder;
    private final List<String> days = new ArrayList<>();
    private Optional<NightLearning.Candidate> champion = Optional.empty();
    private Learned served;

    /** @param folder for the days; it is deleted at the end */
    SparkNights(SparkSession spark, MlSettings settings, Path folder) {
        this.spark = spark;
        this.settings = settings;
        this.folder = folder;
    }

    @Override
    public Exploration exploration() {
        return new Exploration(settings.explorationGamma(), settings.explorationFloor());
    }

    @Override
    public Optional<Learned> learn(int day, List<DecisionRow> rows, PolicyDocument inForce) {
        Optional<Learned> fresh = trained(day, rows, inForce);
        fresh.ifPresent(learned -> served = learned);
        boolean capped = inForce.aggregators().stream().anyMatch(terms -> terms.dailyCap() > 0);
        if (!capped || served == null) {
            return fresh;
        }
        Findings found = served.findings();
        List<DecisionRow> some = sample(rows);
        Map<String, CapPlan> plans =
                CapPlanner.plan(some, rows.size() / (double) some.size(), served.scorer(), inForce.aggregators());
        return Optional.of(new Learned(
                served.reference(),
                served.scorer(),
                new Findings(found.measuredEcpmMicros(), found.evidence(), plans)));
    }

    private static List<DecisionRow> sample(List<DecisionRow> rows) {
        int step = Math.max(1, rows.size() / MOST_PLANNED);
        List<DecisionRow> some = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += step) {
            some.add(rows.get(i));
        }
        return some;
    }

    private Optional<Learned> trained(int day, List<DecisionRow> rows, PolicyDocument inForce) {
        String file = folder.resolve("day-" + day).toUri().toString();
        DecisionLog.ofDecisions(spark, rows).rows().coalesce(1).write().parquet(file);
        days.add(file);
        if (days.size() > settings.historyDays() + 1) {
            delete(Path.of(URI.create(days.remove(0))));
        }
        DecisionLog log =
                DecisionLog.ofRows(spark.read().schema(DecisionLog.SCHEMA).parquet(days.toArray(String[]::new)));
        String version = "m-" + day;
        TrainingInfo info = new TrainingInfo(
                "lab",
                day,
                settings.seed(),
                "night-" + day,
                Lab.START.plusSeconds(86_400L * day).toString(),
                rows.size());
        try {
            NightLearning.Learned learned = NightLearning.learn(log, settings, inForce, champion, version, info);
            if (learned.served().isEmpty()) {
                LOG.info("night {}: {}", day, learned.judged().get(0).verdict());
                return Optional.empty();
            }
            ModelDocument document = learned.served().get();
            champion = Optional.of(
                    new NightLearning.Candidate(learned.passed().orElseThrow().family(), document));
            return Optional.of(new Learned(
                    new ArtifactRef(document.modelVersion(), "lab", ArtifactRef.sha256(document.write())),
                    new LogisticScorer(document),
                    learned.findings()));
        } catch (TooLittleEvidence | LogRefused e) {
            LOG.info("night {}: {}", day, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        delete(folder);
    }

    private static void delete(Path below) {
        if (!Files.exists(below)) {
            return;
        }
        try (Stream<Path> all = Files.walk(below)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
