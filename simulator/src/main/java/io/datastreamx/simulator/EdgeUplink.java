package io.datastreamx.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.process.Background;
import io.datastreamx.tokens.DeviceTokens;
import io.datastreamx.tokens.TokenKeyFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boxes that send to the edge over HTTP, as real ones do: each with a token of its own, its events gathered for a
 * moment and in order with one request under way at a time, its ad in the answer to its request. What is not
 * acknowledged is sent again, the same bytes. Records that nobody can read would be refused there; they go to Kafka, as
 * from a sender that is no box.
 */
final class EdgeUplink implements Uplink {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeUplink.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AD_REQUESTS = "ad-requests";
    private static final int MOST_IN_A_BATCH = 100;
    /** A request costs as much as some ten events in it. */
    private static final Duration GATHERED = Duration.ofSeconds(2);

    private static final int IDLE_CONNECTIONS = 64;
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final URI events;
    private final URI adRequests;
    private final TokenKeyFile keys;
    private final Clock clock;
    private final KafkaSink kafka;
    private final ScheduledExecutorService later = Background.named("uplink");
    private final HttpClient http;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Outbox> outboxes = new HashMap<>();
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private volatile DeviceTokens signer;
    private volatile boolean flows;
    private volatile boolean closing;

    /**
     * @param edge {@code http://host:port}
     * @param keys with which the edge verifies tokens
     * @param kafka takes what nobody can read; closed with this
     */
    EdgeUplink(String edge, Path keys, Clock clock, KafkaSink kafka) {
        this.events = URI.create(edge + "/v1/events");
        this.adRequests = URI.create(edge + "/v1/ad-requests");
        this.keys = new TokenKeyFile(keys);
        this.clock = clock;
        this.kafka = kafka;
        this.signer = signer();
        // The client looks for each connection that it takes through all that are idle.
        System.setProperty("jdk.httpclient.connectionPoolSize", Integer.toString(IDLE_CONNECTIONS));
        // One thread for all answers: none of them waits for anything.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .executor(later)
                .build();
    }

    private DeviceTokens signer() {
        return new DeviceTokens(keys.loadOrCreate(clock.instant()));
    }

    /** A box's events that are not acknowledged yet. Guarded by itself. */
    private final class Outbox {
        private final String box;
        private final Deque<byte[]> waiting = new ArrayDeque<>();
        private boolean sending;
        private boolean gathering;

        Outbox(String box) {
            this.box = box;
        }

        synchronized void add(byte[] event) {
            waiting.add(event);
            underWay.incrementAndGet();
            gather();
        }

        private void gather() {
            if (!gathering && !sending && !waiting.isEmpty()) {
                gathering = true;
                later.schedule(this::sendNext, closing ? 0 : GATHERED.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private synchronized void sendNext() {
            gathering = false;
            if (sending || waiting.isEmpty()) {
                return;
            }
            sending = true;
            List<byte[]> batch = new ArrayList<>();
            while (!waiting.isEmpty() && batch.size() < MOST_IN_A_BATCH) {
                batch.add(waiting.poll());
            }
            post(events, box, array(batch), false, answer -> acknowledged(batch.size()));
        }

        private synchronized void acknowledged(int count) {
            underWay.addAndGet(-count);
            sending = false;
            gather();
        }
    }

    private static byte[] array(List<byte[]> batch) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        for (byte[] event : batch) {
            array.write(array.size() == 0 ? '[' : ',');
            array.writeBytes(event);
        }
        array.write(']');
        return array.toByteArray();
    }

    @Override
    public void send(String topic, String key, byte[] value) {
        if (topic.equals(AD_REQUESTS)) {
            underWay.incrementAndGet();
            post(adRequests, key, value, false, answer -> {
                underWay.decrementAndGet();
                play(answer);
            });
        } else {
            outboxes.computeIfAbsent(key, Outbox::new).add(value);
        }
    }

    @Override
    public void sendBroken(String topic, String key, byte[] value) {
        kafka.send(topic, key, value);
    }

    private interface Settled {
        /** @param body of an acknowledgement; empty where the edge has refused it for good */
        void settled(byte[] body);
    }

    /** @param repeat of an ad request: nobody waits for the ad any more */
    private void post(URI to, String box, byte[] body, boolean repeat, Settled settled) {
        HttpRequest.Builder request = HttpRequest.newBuilder(to)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + tokens.computeIfAbsent(box, this::token))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (repeat && to.equals(adRequests)) {
            request.header("Prefer", "respond-async");
        }
        http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray()).whenComplete((answer, failure) -> {
            int status = failure == null ? answer.statusCode() : 0;
            if (status == 200 || status == 202) {
                flows = flows || to.equals(adRequests);
                settled.settled(answer.body());
            } else if (status == 0 || status == 401 || status == 429 || status >= 500) {
                if (status == 401) {
                    renew(box);
                }
                if (repeated.getAndIncrement() % 1_000 == 0) {
                    LOG.info(
                            "{} requests were not acknowledged and are sent again, the last one for: {}",
                            repeated.get(),
                            failure == null ? "HTTP " + status : failure.toString());
                }
                later.schedule(() -> post(to, box, body, true, settled), pauseMs(answer), TimeUnit.MILLISECONDS);
            } else {
                if (refused.getAndIncrement() % 1_000 == 0) {
                    LOG.warn(
                            "{} requests were refused, the last one with HTTP {}: {}",
                            refused.get(),
                            status,
                            new String(answer.body(), StandardCharsets.UTF_8));
                }
                settled.settled(new byte[0]);
            }
        });
    }

    private static long pauseMs(HttpResponse<byte[]> answer) {
        return answer == null
                ? AGAIN.toMillis()
                : answer.headers().firstValueAsLong("Retry-After").orElse(1) * 1_000;
    }

    private String token(String box) {
        return signer.sign(box, clock.instant(), TOKEN_LIFE);
    }

    /** The token has expired, or its key was retired. */
    private void renew(String box) {
        signer = signer();
        tokens.remove(box);
    }

    private void play(byte[] answer) {
        try {
            JsonNode delivery =
                    answer.length == 0 ? null : JSON.readTree(answer).get("delivery");
            if (delivery != null) {
                DeliveryReader.parse(JSON.writeValueAsBytes(delivery)).ifPresent(deliveries::add);
            }
        } catch (IOException e) {
            LOG.warn("an answer of the edge is not JSON", e);
        }
    }

    @Override
    public boolean flows() {
        return flows;
    }

    @Override
    public List<Delivery> poll(Duration wait) {
        List<Delivery> come = new ArrayList<>();
        try {
            Delivery first = deliveries.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                come.add(first);
                deliveries.drainTo(come);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return come;
    }

    @Override
    public void close() {
        closing = true;
        outboxes.values().forEach(Outbox::sendNext);
        long limit = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        try {
            while (underWay.get() > 0 && System.nanoTime() < limit) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        later.shutdownNow();
        kafka.close();
        LOG.info("not acknowledged: {} records; sent again: {}; refused: {}", underWay, repeated, refused);
    }
}
