package io.datastreamx.serving.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.config.ServingSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.Csv;
import io.datastreamx.serving.report.Glossary;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.QueryLimitException;
import io.datastreamx.serving.report.Reading;
import io.datastreamx.serving.report.Report;
import io.datastreamx.serving.report.ReportQuery;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API and the live page. Reads only; bound to the configured address, the loopback one by default. */
public final class Api implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final ObjectMapper json = new ObjectMapper();
    private final MergedView view;
    private final Status status;
    private final KafkaEnds kafka;
    private final LiveStream stream;
    private final ServingSettings address;
    private final LargeAnswers largeAnswers = new LargeAnswers();
    private final Javalin server;

    public Api(MergedView view, KafkaEnds kafka, Settings settings, Clock clock) {
        this.view = view;
        this.kafka = kafka;
        this.status = new Status(view, clock, settings.currency());
        this.stream = new LiveStream(new PageFigures(view, clock), status, kafka, json);
        this.address = settings.serving();
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
        server.start(address.host(), address.port());
    }

    public int port() {
        return server.port();
    }

    private void routes(RoutesConfig routes) {
        routes.get("/health", this::health);
        routes.get("/api/report", this::report);
        routes.get("/api/ledger", this::ledger);
        routes.get("/api/status", ctx -> answer(ctx, status.json(kafka.fresh())));
        routes.get("/api/glossary", ctx -> ctx.contentType("application/json")
                .result(ContractJson.bytes(Glossary.ofContract())));
        // a stream has answered 200 before its handler runs
        routes.before("/api/stream", ctx -> LiveStream.choice(ctx));
        routes.sse("/api/stream", stream::open);
        PageFiles.serve(routes);
        routes.exception(BadQueryException.class, (e, ctx) -> error(ctx, 400, e.getMessage()));
        routes.exception(QueryLimitException.class, (e, ctx) -> error(ctx, 503, e.getMessage()));
        routes.exception(IllegalStateException.class, (e, ctx) -> error(ctx, 503, e.getMessage()));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} failed", ctx.fullUrl(), e);
            error(ctx, 500, "this is a fault of the server, which its log tells more about: " + e.getMessage());
        });
        routes.error(
                404,
                ctx -> error(
                        ctx,
                        404,
                        "no such page; there are /, /api/report, /api/ledger, /api/status, /api/stream, /api/glossary and /health"));
    }

    private void health(Context ctx) {
        if (view.isLoaded()) {
            answer(ctx, Map.of("loaded", true));
        } else {
            error(
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
        ReportQuery query = ReportQuery.of(ctx.queryParamMap());
        try (LargeAnswers.Turn turn = largeAnswers.await()) {
            Report report = view.report(query);
            turn.isFor(report);
            if (format.equals("csv")) {
                ctx.header("Content-Disposition", "attachment; filename=\"report-" + report.ingestBatch() + ".csv\"");
                ctx.header("X-Ingest-Batch", Long.toString(report.ingestBatch()));
                ctx.contentType("text/csv; charset=utf-8");
                Writer csv = new BufferedWriter(new OutputStreamWriter(ctx.outputStream(), StandardCharsets.UTF_8));
                Csv.write(report, csv);
                csv.flush();
            } else {
                answer(ctx, Answers.of(report));
            }
        } catch (IOException e) {
            LOG.info("{} was not read to its end: {}", ctx.path(), e.toString());
        }
    }

    private void ledger(Context ctx) {
        String last = Optional.ofNullable(ctx.queryParam("last")).orElse("0");
        if (!last.matches("[0-9]{1,5}")) {
            throw new BadQueryException("last must be a whole number from 0 to 99999, not '" + last + "'");
        }
        try (Reading reading = view.read()) {
            answer(ctx, Answers.ledger(reading, Integer.parseInt(last)));
        }
    }

    private static void error(Context ctx, int code, String message) {
        ctx.status(code).contentType("application/json").result(ContractJson.bytes(Map.of("error", message)));
    }

    private void answer(Context ctx, Object value) {
        ctx.header("Cache-Control", "no-store").contentType("application/json");
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
        stream.close();
        server.stop();
    }
}
