package io.datastreamx.serving.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.ServingSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.process.Background;
import io.datastreamx.serving.access.SignIn;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Csv;
import io.datastreamx.serving.report.Glossary;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.NotClearedException;
import io.datastreamx.serving.report.Opportunity;
import io.datastreamx.serving.report.OpportunityQuery;
import io.datastreamx.serving.report.QueryLimitException;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportQuery;
import io.datastreamx.serving.report.Sight;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API and the live page. Reads only; bound to the configured address, the loopback one by default. Everything
 * below {@code /v1/} is answered as far as the role of the one who asks goes; the paths below {@code /api/}, by which
 * it was known before, are other names for the same.
 */
public final class Api implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final long REFRESH_MS = 2_000;

    private final ObjectMapper json = new ObjectMapper();
    private final MergedView view;
    private final Status status;
    private final KafkaEnds kafka;
    private final Door door;
    private final LiveStream stream;
    private final ServingSettings address;
    private final LargeAnswers largeAnswers = new LargeAnswers();
    private final ScheduledExecutorService background = Background.named("door");
    private final Javalin server;

    /** @throws io.datastreamx.process.CannotRunException where it would be open to others than this machine */
    public Api(MergedView view, KafkaEnds kafka, Settings settings, Clock clock) {
        this.view = view;
        this.kafka = kafka;
        this.address = settings.serving();
        this.door =
                new Door(SignIn.of(address.access(), address.host(), clock), address.access(), address.host(), clock);
        this.status = new Status(view, clock, settings.currency(), door.isOpen(), new SimulatedWorth(settings.home()));
        this.stream = new LiveStream(new PageFigures(view, clock), status, kafka, door, json);
        this.server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            routes(config.routes);
        });
    }

    /** @throws RuntimeException where the address is taken or is none of this machine's */
    public void start() {
        view.onChange(stream::changed);
        stream.start();
        background.scheduleWithFixedDelay(door::refresh, REFRESH_MS, REFRESH_MS, TimeUnit.MILLISECONDS);
        server.start(address.host(), address.port());
    }

    public int port() {
        return server.port();
    }

    private void routes(RoutesConfig routes) {
        door.guard(routes);
        get(routes, "/health", this::health);
        inside(routes, "reports", "report", this::report);
        inside(routes, "ledger", "ledger", this::ledger);
        get(routes, Door.INSIDE + "opportunities", this::opportunity);
        inside(
                routes,
                "status",
                "status",
                ctx -> answer(ctx, status.json(kafka.fresh(), Door.sight(ctx).role())));
        inside(routes, "measures", "glossary", ctx -> ctx.contentType("application/json")
                .result(ContractJson.bytes(Glossary.of(Door.sight(ctx)))));
        stream.serve(routes, Door.INSIDE + "stream");
        stream.serve(routes, "/api/stream");
        new SessionRoutes(door).serve(routes);
        PageFiles.serve(routes);
        routes.exception(BadQueryException.class, (e, ctx) -> Problem.answer(ctx, 400, e.getMessage()));
        routes.exception(NotClearedException.class, (e, ctx) -> Problem.answer(ctx, 403, e.getMessage()));
        routes.exception(QueryLimitException.class, (e, ctx) -> Problem.answer(ctx, 503, e.getMessage()));
        routes.exception(IllegalStateException.class, (e, ctx) -> Problem.answer(ctx, 503, e.getMessage()));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} failed", ctx.fullUrl(), e);
            Problem.answer(ctx, 500, "this is a fault of the server; its log tells more about it");
        });
        routes.error(404, ctx -> {
            if (!Problem.isAnswered(ctx)) {
                Problem.answer(
                        ctx,
                        404,
                        "no such page; there are /, /v1/reports, /v1/opportunities, /v1/ledger, /v1/status, /v1/stream, /v1/measures, /v1/session and /health");
            }
        });
    }

    /** HEAD answers as GET does, without a body. */
    private static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    /** @param former how it was called below {@code /api/} */
    private void inside(RoutesConfig routes, String name, String former, Handler handler) {
        get(routes, Door.INSIDE + name, handler);
        get(routes, "/api/" + former, handler);
    }

    private void health(Context ctx) {
        if (view.isLoaded()) {
            answer(ctx, Map.of("loaded", true));
        } else {
            Problem.answer(
                    ctx,
                    503,
                    "nothing is loaded yet"
                            + view.problem().map(why -> ": " + why).orElse(""));
        }
    }

    private void report(Context ctx) {
        String format = Optional.ofNullable(ctx.queryParam("format")).orElse("json");
        if (!format.equals("json") && !format.equals("csv")) {
            throw new BadQueryException("unknown format '" + format + "'; allowed: json, csv");
        }
        Sight sight = Door.sight(ctx);
        ReportQuery query = sight.of(ReportQuery.of(ctx.queryParamMap()));
        try (LargeAnswers.Turn turn = largeAnswers.await();
                Reading reading = view.read()) {
            if (isKnown(ctx, EntityTag.of(reading.position(), query, format))) {
                return;
            }
            Report report = reading.report(query);
            turn.isFor(report);
            if (format.equals("csv")) {
                ctx.header("Content-Disposition", "attachment; filename=\"report-" + report.ingestBatch() + ".csv\"");
                ctx.header("X-Ingest-Batch", Long.toString(report.ingestBatch()));
                ctx.contentType("text/csv; charset=utf-8");
                Writer csv = new BufferedWriter(new OutputStreamWriter(ctx.outputStream(), StandardCharsets.UTF_8));
                Csv.write(report, csv);
                csv.flush();
            } else {
                write(ctx, Answers.of(report));
            }
        } catch (IOException e) {
            LOG.info("{} was not read to its end: {}", ctx.path(), e.toString());
        }
    }

    /** Whether the one who asks has the answer already, and is told so. */
    private static boolean isKnown(Context ctx, String tag) {
        ctx.header("ETag", tag).header("Cache-Control", "private, no-cache").header("Vary", "Authorization, Cookie");
        if (!tag.equals(ctx.header("If-None-Match"))) {
            return false;
        }
        ctx.status(304);
        return true;
    }

    private void opportunity(Context ctx) {
        Sight sight = Door.sight(ctx);
        OpportunityQuery query = OpportunityQuery.of(ctx.queryParamMap());
        Opportunity opportunity;
        try (LargeAnswers.Turn turn = largeAnswers.await()) {
            opportunity = view.opportunity(query, sight);
        }
        if (query.requestId().isEmpty()) {
            answer(ctx, Explanation.latest(opportunity, sight));
            return;
        }
        Explanation.of(opportunity, sight)
                .ifPresentOrElse(
                        found -> answer(ctx, found),
                        () -> Problem.answer(
                                ctx,
                                404,
                                "no event of request '" + query.requestId().get() + "' in the log of "
                                        + opportunity.days()
                                        + "; say another day (UTC) with day=2026-11-22, or ask again in a moment if it is new"));
    }

    private void ledger(Context ctx) {
        if (!Door.sight(ctx).role().seesSystem()) {
            throw new NotClearedException("the role " + Door.sight(ctx).role().wireName() + " does not see the ledger");
        }
        String last = Optional.ofNullable(ctx.queryParam("last")).orElse("0");
        if (!last.matches("[0-9]{1,5}")) {
            throw new BadQueryException("last must be a whole number from 0 to 99999, not '" + last + "'");
        }
        try (Reading reading = view.read()) {
            answer(ctx, Answers.ledger(reading, Integer.parseInt(last)));
        }
    }

    private void answer(Context ctx, Object value) {
        ctx.header("Cache-Control", "no-store");
        write(ctx, value);
    }

    private void write(Context ctx, Object value) {
        ctx.contentType("application/json");
        try {
            json.writeValue(ctx.outputStream(), value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an answer has no JSON form", e);
        } catch (IOException e) {
            LOG.info("{} was not read to its end: {}", ctx.path(), e.toString());
        }
    }

    @Override
    public void close() {
        background.shutdownNow();
        stream.close();
        server.stop();
    }
}
