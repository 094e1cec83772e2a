package io.datastreamx.speed.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.datastreamx.config.Settings;
import io.datastreamx.contract.event.ResponseReason;
import io.datastreamx.speed.dispatch.Endpoints.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire, from servers that break the rules of HTTP or of good manners. */
class AggregatorClientTest {
    private static final int MAX_BODY = 256 << 10;
    private static final int GENEROUS_MS = 60_000;
    private static final byte[] BID = """
            {"id": "r1", "seatbid": [{"bid": [{"impid": "1", "price": 3, "adid": "a", "adm": "https://m.example/a.mp4"}]}]}
            """.getBytes(StandardCharsets.UTF_8);

    private final AggregatorClient client =
            new AggregatorClient("USD", Settings.load(Map.of()).dispatch());

    @AfterEach
    void close() {
        client.close();
    }

    private Answer ask(RawAggregator server) throws Exception {
        return ask(server, GENEROUS_MS, GENEROUS_MS);
    }

    private Answer ask(RawAggregator server, int termsMs, long timeoutMs) throws Exception {
        return begin(server, termsMs, timeoutMs).get();
    }

    private CompletableFuture<Answer> begin(RawAggregator server, int termsMs, long timeoutMs) {
        return client.ask(
                new Endpoint(URI.create(server.endpoint()), termsMs, 20_000_000, true, CapLedger.Limits.NONE, null),
                BidResponsesTest.REQUEST,
                timeoutMs);
    }

    private void assertReason(ResponseReason reason, String head, byte[] body) throws Exception {
        try (RawAggregator server = RawAggregator.sending(head, body)) {
            Answer answer = ask(server);
            assertEquals(reason, answer.reason(), answer::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\nContent-Length: 0",
                "\nContent-Length: 2\nContent-Type: application/json",
                "\nTransfer-Encoding: chunked"
            })
    void noContentIsNoBidHoweverItIsFramed(String framing) throws Exception {
        byte[] body = framing.contains("chunked")
                ? "0\r\n\r\n".getBytes(StandardCharsets.UTF_8)
                : framing.contains("2") ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
        assertReason(ResponseReason.NO_BID, "HTTP/1.1 204 No Content" + framing, body);
    }

    @Test
    void anEmptyBodyIsNoBid() throws Exception {
        assertReason(ResponseReason.NO_BID, "HTTP/1.1 200 OK\nContent-Length: 0", new byte[0]);
        assertReason(ResponseReason.NO_BID, "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 0", new byte[0]);
    }

    @Test
    void aStatusWithoutAPhraseWillDo() throws Exception {
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200\nContent-Length: " + BID.length, BID);
    }

    @Test
    void packedBodiesAreRead() throws Exception {
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Encoding: GZIP", gzip(BID));
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Encoding: deflate", deflate(BID, false));
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Encoding: deflate", deflate(BID, true));
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Encoding: identity", BID);
    }

    @Test
    void weSayWhichPackingWeRead() throws Exception {
        try (RawAggregator server = RawAggregator.sending("HTTP/1.1 200 OK", BID)) {
            ask(server);
            assertTrue(server.heads().get(0).contains("Accept-Encoding: gzip, deflate"), server.heads()::toString);
        }
    }

    @Test
    void brokenAndUnknownPackingIsNamed() throws Exception {
        ResponseReason reason = ResponseReason.ERROR_CONTENT_ENCODING;
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: gzip", BID);
        byte[] half = Arrays.copyOf(gzip(BID), 30);
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: gzip", half);
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: deflate", BID);
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: br", BID);
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: gzip, gzip", gzip(gzip(BID)));
    }

    @Test
    void aBodyIsReadUpToTheLimitAsItComesAndUnpacked() throws Exception {
        byte[] largest = padded(MAX_BODY);
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Length: " + MAX_BODY, largest);
        assertReason(ResponseReason.FILLED, "HTTP/1.1 200 OK\nContent-Encoding: gzip", gzip(largest));
        byte[] larger = padded(MAX_BODY + 1);
        ResponseReason reason = ResponseReason.ERROR_BODY_TOO_LARGE;
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Length: " + larger.length, larger);
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: gzip", gzip(larger));
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: gzip", gzip(new byte[100 << 20]));
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Encoding: deflate", deflate(new byte[100 << 20], true));
    }

    /** Each would take the heap of dispatch alone. */
    @Test
    void bodiesWithoutEndEndAtTheLimitAndGiveTheirMemoryBack() throws Exception {
        long room = client.roomLeft();
        try (RawAggregator server = new RawAggregator(AggregatorClientTest::flood)) {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(begin(server, GENEROUS_MS, GENEROUS_MS));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertEquals(ResponseReason.ERROR_BODY_TOO_LARGE, answer.get().reason());
            }
        }
        assertEquals(room, client.roomLeft());
    }

    @Test
    void anErrorPageWithoutEndIsItsStatus() throws Exception {
        try (RawAggregator server = new RawAggregator(out -> {
            out.write("HTTP/1.1 503 Busy\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            write(out);
        })) {
            Answer answer = ask(server);
            assertEquals(ResponseReason.ERROR_HTTP_STATUS, answer.reason());
            assertEquals("status 503", answer.detail());
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (RawAggregator other = RawAggregator.sending("HTTP/1.1 200 OK", BID)) {
            assertReason(
                    ResponseReason.ERROR_HTTP_STATUS,
                    "HTTP/1.1 307 Elsewhere\nContent-Length: 0\nLocation: " + other.endpoint(),
                    new byte[0]);
            assertEquals(List.of(), other.heads());
        }
    }

    @Test
    void aDrippingBodyTimesOutAndCountsOnlyWhereItHadItsTime() throws Exception {
        try (RawAggregator server = new RawAggregator(AggregatorClientTest::drip)) {
            assertEquals(ResponseReason.ERROR_TIMED_OUT, ask(server, 200, 200).reason());
            Answer cutShort = ask(server, GENEROUS_MS, 200);
            assertEquals(ResponseReason.ERROR_TIMED_OUT_CUT_SHORT, cutShort.reason());
        }
    }

    @Test
    void whoHangsUpIsUnreachable() throws Exception {
        ResponseReason reason = ResponseReason.ERROR_BIDDER_UNREACHABLE;
        assertReason(reason, "HTTP/1.1 200 OK\nContent-Length: 100000", BID);
        assertReason(reason, "SSH-2.0-x", new byte[0]);
        RawAggregator gone = RawAggregator.sending("HTTP/1.1 200 OK", BID);
        gone.close();
        assertEquals(reason, ask(gone).reason());
    }

    private static void flood(OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        write(out);
    }

    private static void write(OutputStream out) throws IOException {
        byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
        while (true) {
            out.write(spaces);
        }
    }

    private static void drip(OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        while (true) {
            out.write(' ');
            out.flush();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static byte[] padded(int size) {
        return (new String(BID, StandardCharsets.UTF_8) + " ".repeat(size - BID.length))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] deflate(byte[] bytes, boolean raw) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(6, raw))) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
