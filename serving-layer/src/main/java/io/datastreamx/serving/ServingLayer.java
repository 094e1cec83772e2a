package io.datastreamx.serving;

import io.datastreamx.config.ServingSettings;
import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaClients;
import io.datastreamx.lake.Lake;
import io.datastreamx.serving.http.Api;
import io.datastreamx.serving.http.KafkaEnds;
import io.datastreamx.serving.lake.CopySettings;
import io.datastreamx.serving.lake.LakeView;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.report.ReportLimits;
import io.datastreamx.serving.warehouse.WarehouseView;
import io.datastreamx.warehouse.BigQueryClient;
import java.time.Clock;
import java.time.Duration;

/** The serving layer running in this JVM: the merged view, the HTTP API, the live page. */
public final class ServingLayer implements AutoCloseable {
    private final MergedView view;
    private final Duration pollInterval;
    private final KafkaEnds kafka;
    private final Api api;

    private ServingLayer(MergedView view, Duration pollInterval, Settings settings, Clock clock) {
        this.view = view;
        this.pollInterval = pollInterval;
        this.kafka = new KafkaEnds(KafkaClients.of(settings.kafka(), "serving"));
        this.api = new Api(view, kafka, settings, clock);
    }

    /**
     * Loads what there is, be it nothing, and answers when this returns.
     *
     * @throws RuntimeException where it cannot: nothing of it then goes on
     */
    public static ServingLayer start(Settings settings, Clock clock) {
        ServingLayer serving = of(settings, clock);
        try {
            serving.view.start(serving.pollInterval);
            serving.kafka.start();
            serving.api.start();
            return serving;
        } catch (RuntimeException | Error e) {
            serving.close();
            throw e;
        }
    }

    private static ServingLayer of(Settings settings, Clock clock) {
        ServingSettings serving = settings.serving();
        ReportLimits limits = ReportLimits.of(serving.mostRows());
        return switch (serving.source()) {
            case LAKE ->
                new ServingLayer(
                        new LakeView(Lake.of(settings), limits, CopySettings.of(settings)),
                        serving.pollInterval(),
                        settings,
                        clock);
            case BIGQUERY ->
                new ServingLayer(
                        new WarehouseView(settings.bigquery(), new BigQueryClient(settings.bigquery()), limits),
                        serving.bigqueryPollInterval(),
                        settings,
                        clock);
        };
    }

    /** Where it answers, such as {@code http://127.0.0.1:8080}. */
    public String url() {
        return "http://127.0.0.1:" + api.port();
    }

    @Override
    public void close() {
        api.close();
        kafka.close();
        view.close();
    }
}
