package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoticeSenderTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Counters counters = new Counters();
    private final NoticeSender notices = new NoticeSender(counters);

    @AfterEach
    void close() {
        notices.close();
    }

    private void send(String url) {
        notices.send("a", "127.0.0.1", url);
    }

    private void await(NoticeFate fate, int count) throws InterruptedException {
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (counters.notices(fate) < count) {
            assertTrue(System.nanoTime() < limit, counters::toString);
            Thread.sleep(5);
        }
        assertEquals(count, counters.notices(fate), counters::toString);
    }

    private static RawAggregator answering(String... statuses) {
        AtomicInteger next = new AtomicInteger();
        return new RawAggregator(
                out -> write(out, "HTTP/1.1 " + statuses[next.getAndIncrement()] + "\r\nContent-Length: 0\r\n\r\n"));
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNoticeIsOneGet() throws Exception {
        try (RawAggregator server = answering("204 Thanks")) {
            send(server.endpoint() + "?p=3.1&x=|{ü}%zz");
            await(NoticeFate.NOTICE_SENT, 1);
            assertEquals(1, server.heads().size());
            assertTrue(server.heads().get(0).startsWith("GET /bid?p=3.1&x=%7C%7B%C3%BC%7D%25zz HTTP/1.1"));
        }
    }

    @Test
    void aBodyWithoutEndIsNotRead() throws Exception {
        try (RawAggregator server = new RawAggregator(out -> {
            write(out, "HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                write(out, " ".repeat(1 << 16));
            }
        })) {
            send(server.endpoint());
            await(NoticeFate.NOTICE_SENT, 1);
        }
    }

    @Test
    void whoIsBusyIsAskedAgainAndNotForEver() throws Exception {
        try (RawAggregator server = answering("503 Busy", "429 Slow", "200 OK")) {
            send(server.endpoint());
            await(NoticeFate.NOTICE_SENT, 1);
        }
        try (RawAggregator server = answering("503 Busy", "503 Busy", "503 Busy", "200 OK")) {
            send(server.endpoint());
            await(NoticeFate.NOTICE_FAILED, 1);
            assertEquals(3, server.heads().size());
        }
    }

    @Test
    void whatMayHaveBeenReadIsNotSentAgain() throws Exception {
        try (RawAggregator failing = answering("500 Oops");
                RawAggregator elsewhere = answering("302 Found\r\nLocation: " + failing.endpoint())) {
            send(failing.endpoint());
            await(NoticeFate.NOTICE_FAILED, 1);
            send(elsewhere.endpoint());
            await(NoticeFate.NOTICE_FAILED, 2);
            assertEquals(1, failing.heads().size());
            assertEquals(1, elsewhere.heads().size());
        }
        assertEquals(
                "a notice_failed: 2 times, last: status 302",
                counters.newTroubles().get(0));
    }

    @Test
    void whereNobodyListensItFails() throws Exception {
        RawAggregator gone = answering();
        gone.close();
        send(gone.endpoint());
        await(NoticeFate.NOTICE_FAILED, 1);
    }

    @Test
    void aBidCannotMakeUsCallWhatIsNotPublic() throws Exception {
        try (RawAggregator server = answering("200 OK")) {
            for (String url : new String[] {
                server.endpoint(),
                "http://169.254.169.254/computeMetadata/v1/",
                "http://10.0.0.1/",
                "http://100.64.0.1/",
                "http://[::1]/",
                "http://[fd00::1]/",
                "http://0.0.0.0/",
                "file:///etc/passwd",
                "nonsense"
            }) {
                notices.send("a", "bids.example", url);
            }
            await(NoticeFate.NOTICE_REFUSED, 9);
            assertEquals(0, server.heads().size());
        }
    }
}
