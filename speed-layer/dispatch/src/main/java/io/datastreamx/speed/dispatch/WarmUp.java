package io.datastreamx.speed.dispatch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastreamx.contract.decision.Decision;
import io.datastreamx.contract.event.EventValidator;
import io.datastreamx.contract.event.EventWriter;
import io.datastreamx.contract.event.Topic;
import io.datastreamx.contract.event.Validated;
import io.datastreamx.contract.policy.AggregatorTerms;
import io.datastreamx.ml.policy.MadeUpTraffic;
import io.datastreamx.ml.policy.PolicySnapshot;
import io.datastreamx.ml.policy.RequestDecider;
import io.datastreamx.ml.policy.Scorer;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Made-up decisions that go the way of real ones, to an aggregator of this process's own and back, up to the events
 * that would be written, before dispatch takes decisions: code that was never run takes a hundred times as long, and
 * the first boxes would wait for that. Nothing is published, nobody else is asked.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final int TIMEOUT_MS = 5_000;
    /** On a machine that has no time for it, whoever waits for dispatch waits no longer. */
    private static final long AT_MOST_NS = 5_000_000_000L;

    private static final long MAX_PRICE_MICROS = 20_000_000;
    private static final byte[] BID = """
            {"seatbid": [{"bid": [{"impid": "1", "price": 2.5, "adid": "a", "crid": "c", "nurl": "http://127.0.0.1:9/${AUCTION_PRICE}", "adm":
            "<VAST version='4.2'><Ad id='a'><InLine><AdSystem>s</AdSystem><AdTitle>t</AdTitle><Impression>https://t.example/i</Impression><Creatives><Creative><Linear><Duration>00:00:15</Duration><MediaFiles><MediaFile delivery='progressive' type='video/mp4' width='1280' height='720' bitrate='4000'>https://m.example/a.mp4</MediaFile></MediaFiles></Linear></Creative></Creatives></InLine></Ad></VAST>"
            }]}]}""".replace("\n", " ").getBytes(StandardCharsets.UTF_8);

    private final AggregatorClient client;
    private final String currency;
    private final EventValidator validator;
    private final EventWriter writer;

    WarmUp(AggregatorClient client, String currency) {
        this.client = client;
        this.currency = currency;
        this.validator = new EventValidator(currency);
        this.writer = new EventWriter(currency);
    }

    /** @param decisions how many at most; one after the other, for five seconds. @return how many found an ad */
    int run(int decisions) {
        if (decisions == 0) {
            return 0;
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        HttpServer aggregator = null;
        try {
            aggregator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            aggregator.setExecutor(threads);
            aggregator.createContext("/", WarmUp::bid);
            aggregator.start();
            InetSocketAddress address = aggregator.getAddress();
            return askAll(decisions, URI.create("http://127.0.0.1:" + address.getPort() + "/"));
        } catch (IOException e) {
            LOG.warn("dispatch begins cold", e);
            return 0;
        } finally {
            if (aggregator != null) {
                aggregator.stop(0);
            }
            threads.shutdownNow();
        }
    }

    private static void bid(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, BID.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(BID);
        }
    }

    private int askAll(int decisions, URI uri) {
        MadeUpTraffic traffic = new MadeUpTraffic(currency);
        PolicySnapshot snapshot = traffic.snapshot();
        RequestDecider decider = new RequestDecider(currency);
        Scorer model = snapshot.model().orElseThrow();
        AggregatorTerms terms = snapshot.policy().aggregators().get(0);
        Endpoint endpoint = new Endpoint(
                uri, TIMEOUT_MS, MAX_PRICE_MICROS, true, CapLedger.Limits.NONE, slot -> model.estimate(slot, terms));
        int filled = 0;
        int asked = 0;
        for (long began = System.nanoTime(); asked < decisions && System.nanoTime() - began < AT_MOST_NS; asked++) {
            Instant now = Clock.systemUTC().instant();
            byte[] written = decider.decide(traffic.request("made-up-" + asked, now), now, now, snapshot)
                    .orElseThrow()
                    .value();
            filled += ask(written, endpoint, now) ? 1 : 0;
        }
        LOG.info("warm after {} made-up decisions, of which {} found an ad", asked, filled);
        return filled;
    }

    private boolean ask(byte[] written, Endpoint endpoint, Instant now) {
        Validated.Accepted accepted = (Validated.Accepted) validator.validate(Topic.AD_DECISIONS, written);
        Decision decision = Decision.of(accepted.event());
        Answer answer = client.ask(endpoint, decision.request(), TIMEOUT_MS).join();
        Attempt attempt = new Attempt(
                decision.request(),
                decision.chosen(),
                1,
                now,
                endpoint.uri().getHost(),
                decision.modelVersion(),
                endpoint.expected(decision.request(), now));
        writer.write(attempt.response(answer, currency, now));
        if (answer.ad() != null) {
            writer.write(attempt.delivery(answer.ad(), now));
        }
        return answer.ad() != null;
    }
}
