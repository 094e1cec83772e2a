package io.datastreamx.serving;

import io.datastreamx.config.Settings;
import io.datastreamx.lake.Lake;
import io.datastreamx.serving.http.Api;
import io.datastreamx.serving.http.KafkaEnds;
import io.datastreamx.serving.replica.LakeCopy;
import io.datastreamx.serving.report.Reports;
import java.time.Clock;

/** The serving layer running in this JVM: the lake's copy, the HTTP API, the live page. */
public final class ServingLayer implements AutoCloseable {
    private final LakeCopy copy;
    private final KafkaEnds kafka;
    private final Api api;

    private ServingLayer(Settings settings, Clock clock) {
        Lake lake = Lake.of(settings);
        copy = new LakeCopy(lake);
        copy.start(settings.serving().pollInterval());
        kafka = new KafkaEnds(settings.kafka().bootstrapServers());
        api = new Api(copy, new Reports(copy, lake), kafka, settings, clock);
    }

    /** Loads what the lake holds, be it nothing, and answers when this returns. */
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
        copy.close();
    }
}
