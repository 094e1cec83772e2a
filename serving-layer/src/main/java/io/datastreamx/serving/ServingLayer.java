package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import io.datastreamx.kafka.KafkaConnection;
import io.datastreamx.lake.Lake;
import io.datastreamx.serving.http.Api;
import io.datastreamx.serving.http.KafkaEnds;
import io.datastreamx.serving.replica.LakeCopy;
import io.datastreamx.serving.report.MergedView;
import io.datastreamx.serving.warehouse.WarehouseView;
import io.datastreamx.warehouse.BigQueryClient;
import java.time.Clock;

/** The serving layer running in this JVM: the merged view, the HTTP API, the live page. */
public final class ServingLayer implements AutoCloseable {
    private final MergedView view;
    private final KafkaEnds kafka;
    private final Api api;

    private ServingLayer(Settings settings, Clock clock) {
        view = view(settings);
        kafka = new KafkaEnds(KafkaConnection.of(settings.kafka()));
        api = new Api(view, kafka, settings, clock);
    }

    private static MergedView view(Settings settings) {
        Settings.Serving serving = settings.serving();
        switch (serving.source()) {
            case "lake" -> {
                MergedView copy = new LakeCopy(Lake.of(settings));
                copy.start(serving.pollInterval());
                return copy;
            }
            case "bigquery" -> {
                if (!settings.bigquery().isOn()) {
                    throw new IllegalArgumentException(
                            "datastreamx.serving.source is bigquery, but datastreamx.bigquery.project names no project");
                }
                MergedView warehouse = new WarehouseView(settings.bigquery(), new BigQueryClient(settings.bigquery()));
                warehouse.start(serving.bigqueryPollInterval());
                return warehouse;
            }
            default ->
                throw new IllegalArgumentException(
                        "datastreamx.serving.source must be lake or bigquery, not '" + serving.source() + "'");
        }
    }

    /** Loads what there is, be it nothing, and answers when this returns. */
    public static ServingLayer start(Settings settings, Clock clock) {
        return new ServingLayer(settings, clock);
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
