package io.datastreamx.serving.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.process.Background;
import io.datastreamx.serving.report.BadQueryException;
import io.datastreamx.serving.report.View;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events for open pages: {@code status} every second, {@code figures} on each new batch (at most twice a
 * second) and when the minute turns. Pages that look at the same view and window, and see the same of it, share one
 * computation.
 */
final class LiveStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final int MAX_WINDOW_MINUTES = 60 * 24 * 31;
    private static final long TICK_MS = 500;

    private final PageFigures figures;
    private final Status status;
    private final KafkaEnds kafka;
    private final Door door;
    private final ObjectMapper json;
    private final Map<SseClient, PageFigures.Choice> clients = new ConcurrentHashMap<>();
    private final Set<SseClient> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean changed = new AtomicBoolean();
    private final ScheduledExecutorService sender = Background.named("live-page");
    private long ticks;
    private long minute;

    LiveStream(PageFigures figures, Status status, KafkaEnds kafka, Door door, ObjectMapper json) {
        this.figures = figures;
        this.status = status;
        this.kafka = kafka;
        this.door = door;
        this.json = json;
    }

    void start() {
        sender.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** A new batch or version came in. */
    void changed() {
        changed.set(true);
    }

    void serve(RoutesConfig routes, String path) {
        // A stream has answered 200 before its handler runs.
        routes.before(path, ctx -> {
            choice(ctx);
            door.openStream(ctx);
        });
        routes.sse(path, this::open);
    }

    /** Serves one page until it goes away. */
    private void open(SseClient client) {
        PageFigures.Choice choice = choice(client.ctx());
        client.keepAlive();
        Identity identity = Door.identity(client.ctx());
        client.onClose(() -> {
            door.closeStream(identity);
            clients.remove(client);
            waiting.remove(client);
        });
        clients.put(client, choice);
        waiting.add(client);
        sender.execute(this::tick);
    }

    /** @throws BadQueryException where the view or the window is none */
    static PageFigures.Choice choice(Context ctx) {
        String view = Optional.ofNullable(ctx.queryParam("view")).orElse("merged");
        String minutes = Optional.ofNullable(ctx.queryParam("minutes")).orElse("30");
        if (!minutes.matches("[0-9]{1,5}") || Integer.parseInt(minutes) > MAX_WINDOW_MINUTES) {
            throw new BadQueryException("minutes must be a whole number from 0 (everything) to " + MAX_WINDOW_MINUTES
                    + ", not '" + minutes + "'");
        }
        return new PageFigures.Choice(View.named(view), Integer.parseInt(minutes), Door.sight(ctx));
    }

    private void tick() {
        try {
            boolean everySecond = ticks++ % 2 == 0;
            if (clients.isEmpty()) {
                return;
            }
            long now = System.currentTimeMillis() / 60_000;
            boolean all = changed.getAndSet(false) || now != minute;
            minute = now;
            sendFigures(all ? Set.copyOf(clients.keySet()) : new HashSet<>(waiting));
            if (everySecond || all) {
                KafkaEnds.Ends ends = kafka.latest();
                Map<Role, String> texts = new EnumMap<>(Role.class);
                clients.forEach((client, choice) -> client.sendEvent(
                        "status", texts.computeIfAbsent(choice.sight().role(), role -> text(status.json(ends, role)))));
            }
        } catch (RuntimeException e) {
            LOG.warn("open pages were not brought up to date: {}", e.toString());
        }
    }

    private void sendFigures(Set<SseClient> receivers) {
        Map<PageFigures.Choice, String> computed = new HashMap<>();
        for (SseClient client : receivers) {
            PageFigures.Choice choice = clients.get(client);
            if (choice != null) {
                client.sendEvent("figures", computed.computeIfAbsent(choice, c -> text(figures.json(c))));
            }
            waiting.remove(client);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures have no JSON form", e);
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
        clients.keySet().forEach(SseClient::close);
    }
}
