package io.datastreamx.speed.dispatch;

import io.datastreamx.contract.event.ResponseReason;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Reads the body of an answer up to a limit. At the first byte beyond it nothing more is read, and the connection is
 * closed.
 */
final class LimitedBody implements BodySubscriber<LimitedBody.Bytes> {

    private final int limit;
    private final BodyRoom room;
    private final CompletableFuture<Bytes> body = new CompletableFuture<>();
    private ByteArrayOutputStream read = new ByteArrayOutputStream();
    private Flow.Subscription subscription;
    private long taken;

    /**
     * What was read.
     *
     * @param bytes the whole body; empty where it was refused
     * @param refused why it was not read to its end; null for a whole body
     */
    record Bytes(byte[] bytes, ResponseReason refused) {}

    /** @param limit most bytes of the body as it comes */
    LimitedBody(int limit, BodyRoom room) {
        this.limit = limit;
        this.room = room;
    }

    @Override
    public CompletionStage<Bytes> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        upstream.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (body.isDone()) {
                return;
            }
            add(buffer);
        }
    }

    private void add(ByteBuffer buffer) {
        if (buffer.remaining() > limit - read.size()) {
            refuse(ResponseReason.ERROR_BODY_TOO_LARGE);
            return;
        }
        long more = Math.max(0, read.size() + buffer.remaining() - BodyRoom.FREE_BYTES) - taken;
        if (more > 0 && !room.take(more)) {
            refuse(ResponseReason.ERROR_BODY_NO_ROOM);
            return;
        }
        taken += Math.max(0, more);
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        read.writeBytes(part);
    }

    private void refuse(ResponseReason reason) {
        subscription.cancel();
        read = null;
        body.complete(new Bytes(new byte[0], reason));
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public synchronized void onComplete() {
        if (!body.isDone()) {
            body.complete(new Bytes(read.toByteArray(), null));
            read = null;
        }
    }

    /** To be called once, when nobody needs the bytes any more, however it ended; ends what still comes. */
    synchronized void release() {
        body.cancel(false);
        read = null;
        room.giveBack(taken);
        taken = 0;
    }
}
