package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.RunId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Our Spark applications on Google's Dataproc: what {@code dsx submit} does. The files in {@code dataproc/} say what a
 * job is.
 */
public final class Dataproc {
    /**
     * What an operator asks for.
     *
     * @param step one step of a night
     * @param run name of the run; the same name is the same run. Empty: the time
     * @param args more arguments for the application
     * @param build whether to build the jars first; without, what is built already is used
     */
    public record Request(
            String job,
            String environment,
            Optional<String> step,
            Optional<String> run,
            List<String> args,
            boolean build) {}

    /** Where Google's APIs are; gcloud's variables move them, for tests and for private endpoints. */
    record Endpoints(String dataproc, String storage) {
        static Endpoints usual() {
            return new Endpoints(
                    or("CLOUDSDK_API_ENDPOINT_OVERRIDES_DATAPROC", "https://dataproc.googleapis.com"),
                    or("CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE", "https://storage.googleapis.com"));
        }

        private static String or(String variable, String otherwise) {
            return Optional.ofNullable(System.getenv(variable))
                    .orElse(otherwise)
                    .replaceAll("/+$", "");
        }
    }

    private final Path project;
    private final Specs specs;
    private final Clock clock;
    private final PrintWriter out;
    private final Endpoints endpoints;
    private final Pace pace;
    private final Supplier<Identity> identity;

    /**
     * @param project root of the checked-out project
     * @param out where progress goes
     */
    public Dataproc(Path project, Clock clock, PrintWriter out) {
        this(project, clock, out, Endpoints.usual(), Pace.USUAL, Identity::found);
    }

    Dataproc(Path project, Clock clock, PrintWriter out, Endpoints endpoints, Pace pace, Supplier<Identity> identity) {
        this.project = project;
        this.specs = Specs.in(project.resolve("dataproc"));
        this.clock = clock;
        this.out = out;
        this.endpoints = endpoints;
        this.pace = pace;
        this.identity = identity;
    }

    /** The request as it would be sent: method and URL, then the body. Needs no credentials. */
    public String dryRun(Request request) throws InterruptedException {
        JobSpec spec = spec(request);
        return workload(request, spec, jars(spec, request.build())).create().text();
    }

    /**
     * Stages, creates or finds, and follows to the end.
     *
     * @param detach return as soon as it is created
     * @return whether it has succeeded, or is under way where detached
     * @throws SubmitException where it could not be submitted
     * @throws InterruptedException while it is followed; it goes on
     */
    public boolean submit(Request request, boolean detach) throws InterruptedException {
        JobSpec spec = spec(request);
        List<Jar> jars = jars(spec, request.build());
        Workload workload = workload(request, spec, jars);
        GoogleApi google = new GoogleApi(identity.get(), pace);
        new Staging(google, endpoints.storage(), out).stage(spec.environment(), jars);
        Submission submission = new Submission(google, workload, clock, out);
        submission.ensure();
        if (detach) {
            return true;
        }
        JsonNode end = submission.follow();
        String cost = prices().ofBatch(end);
        if (!cost.isEmpty()) {
            out.println(cost);
            out.flush();
        }
        return workload.status(end).phase() == Workload.Phase.SUCCEEDED;
    }

    /** Asks Google to end a run. */
    public void cancel(Request request) throws InterruptedException {
        JobSpec spec = specs.unchecked(request.job(), request.environment());
        if (request.run().isEmpty()) {
            throw SubmitException.wrongUse("name the run to cancel with --run, as it was submitted");
        }
        new Submission(new GoogleApi(identity.get(), pace), workload(request, spec, List.of()), clock, out).cancel();
    }

    /**
     * Writes the body of every job in every environment to {@code folder/<environment>/<job>.json}, as the DAGs want
     * it: without a run's arguments, labels and id. Jobs on a cluster go to {@code folder/<environment>/cluster/}, and
     * what the DAGs themselves go by to {@code folder/facts.json}.
     *
     * @return the files written
     */
    public List<Path> render(Path folder, boolean build) throws InterruptedException {
        List<JobSpec> all = specs.environments().stream()
                .flatMap(environment -> specs.jobs().stream().map(job -> specs.spec(job, environment, today())))
                .toList();
        if (build) {
            build(all);
        }
        List<Path> written = new ArrayList<>();
        for (JobSpec spec : all) {
            List<String> uris = uris(spec, new Jars(project).of(spec, sparkLine(spec)));
            Path target = folder.resolve(spec.environment().name());
            if (spec.platform() == Platform.SERVERLESS) {
                written.add(write(target.resolve(spec.job() + ".json"), Bodies.batch(spec, uris, List.of(), Map.of())));
            } else {
                target = target.resolve("cluster");
                written.add(write(target.resolve(spec.job() + ".json"), Bodies.job(spec, uris, List.of(), Map.of())));
            }
        }
        written.add(renderFacts(folder.resolve(Facts.FILE)));
        return written;
    }

    /** Writes what the DAGs go by: steps, tables, exit codes, prices, runtimes. @return the file */
    public Path renderFacts(Path file) {
        return write(file.toAbsolutePath(), Facts.rendered(prices(), specs.runtimes()));
    }

    /** The name that a run without one gets. */
    public Request named(Request request) {
        return new Request(
                request.job(),
                request.environment(),
                request.step(),
                Optional.of(
                        request.run().orElseGet(() -> RunId.at(clock.instant()).value())),
                request.args(),
                request.build());
    }

    Prices prices() {
        return Prices.in(project.resolve("dataproc/prices.json"));
    }

    private JobSpec spec(Request request) {
        JobSpec spec = specs.spec(request.job(), request.environment(), today());
        if (spec.stream() && request.step().isPresent()) {
            throw SubmitException.wrongUse(request.job() + " is a stream and has no steps; leave out --step");
        }
        return spec;
    }

    private Workload workload(Request request, JobSpec spec, List<Jar> jars) {
        Request named = named(request);
        String run = named.run().orElseThrow();
        RunName name = new RunName(spec.environment().name(), request.step().orElse(spec.job()), run);
        List<String> args = new ArrayList<>();
        if (!spec.stream()) {
            request.step().ifPresent(step -> args.addAll(List.of("--step", step)));
            args.addAll(List.of("--run", run));
        }
        args.addAll(request.args());
        Map<String, String> labels = new TreeMap<>(Map.of("dsx-step", name.step(), "dsx-run", run));
        List<String> uris = uris(spec, jars);
        return switch (spec.platform()) {
            case SERVERLESS ->
                new Workload.Batch(
                        endpoints.dataproc(), spec.environment(), name.id(), Bodies.batch(spec, uris, args, labels));
            case CLUSTER ->
                new Workload.ClusterJob(
                        endpoints.dataproc(), spec.environment(), name.id(), Bodies.job(spec, uris, args, labels));
        };
    }

    private List<Jar> jars(JobSpec spec, boolean build) throws InterruptedException {
        if (build) {
            build(List.of(spec));
        }
        return new Jars(project).of(spec, sparkLine(spec));
    }

    private void build(List<JobSpec> jobs) throws InterruptedException {
        TreeSet<String> modules = new TreeSet<>();
        jobs.forEach(spec -> modules.addAll(Jars.modules(spec, sparkLine(spec))));
        out.println("building " + String.join(", ", modules));
        out.flush();
        Builder.build(project, String.join(",", modules));
    }

    private String sparkLine(JobSpec spec) {
        return specs.runtimes().on(spec.platform()).get(spec.version()).spark();
    }

    private static List<String> uris(JobSpec spec, List<Jar> jars) {
        return jars.stream().map(jar -> jar.uri(spec.environment().bucket())).toList();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** As a whole: Airflow may be reading the one before. */
    private static Path write(Path file, ObjectNode body) {
        try {
            Files.createDirectories(file.getParent());
            Path half = Files.writeString(
                    file.resolveSibling(file.getFileName() + ".half"), Bodies.text(body) + System.lineSeparator());
            return Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
