package io.datastreamx.warehouse.connector;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsRequest;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteGrpc;
import com.google.cloud.bigquery.storage.v1.CreateWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.GetWriteStreamRequest;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.cloud.bigquery.storage.v1.StorageError;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands before the emulator's Storage Write API and does what BigQuery does and the emulator does not: answers an
 * append with the offset it began at, takes a request that names no stream for the one of its connection, takes
 * requests of more than 4 MB, commits a stream once, and gives no commit time where streams were not committed. It can
 * lose the answer to a commit.
 */
final class StorageProxy extends BigQueryWriteGrpc.BigQueryWriteImplBase implements AutoCloseable {
    private static final int MAX_MESSAGE = 32 << 20;
    private static final int EMULATORS_MAX_MESSAGE = 4_000_000;
    /** In place of an offset: the answer to a part of a request. */
    private static final long UNANSWERED = -1;

    private final Server server;
    private final ManagedChannel channel;
    private final BigQueryWriteGrpc.BigQueryWriteBlockingStub emulator;
    private final Set<String> committed = new HashSet<>();
    private final AtomicInteger answersToLose = new AtomicInteger();
    private final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> insteadOfCommit = new ConcurrentLinkedQueue<>();

    /** @param target port of the emulator on 127.0.0.1 */
    StorageProxy(int target, Certificate certificate) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", target)
                .usePlaintext()
                .maxInboundMessageSize(MAX_MESSAGE)
                .build();
        emulator = BigQueryWriteGrpc.newBlockingStub(channel);
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(certificate.keyManagers()))
                            .build())
                    .maxInboundMessageSize(MAX_MESSAGE)
                    .addService(this)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code host:port} for clients. */
    String address() {
        return "localhost:" + server.getPort();
    }

    /** Carries the next commit out and answers that it is unavailable. */
    void loseAnswerToCommit() {
        answersToLose.incrementAndGet();
    }

    boolean allLost() {
        return answersToLose.get() == 0;
    }

    /** Does something in place of the next commit, such as kill the client, and answers that it is unavailable. */
    void insteadOfCommit(Runnable act) {
        insteadOfCommit.add(act);
    }

    /** Rows of one request, with the schema that they go by. */
    record Sent(ProtoSchema schema, ProtoRows rows) {
        List<DynamicMessage> messages() {
            try {
                FileDescriptorProto file = FileDescriptorProto.newBuilder()
                        .addMessageType(schema.getProtoDescriptor())
                        .build();
                Descriptor type = FileDescriptor.buildFrom(file, new FileDescriptor[0])
                        .getMessageTypes()
                        .get(0);
                List<DynamicMessage> messages = new ArrayList<>();
                for (ByteString row : rows.getSerializedRowsList()) {
                    messages.add(DynamicMessage.parseFrom(type, row));
                }
                return messages;
            } catch (DescriptorValidationException | InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What clients have sent since {@link #forget}. */
    List<Sent> sent() {
        return List.copyOf(sent);
    }

    void forget() {
        sent.clear();
    }

    @Override
    public void createWriteStream(CreateWriteStreamRequest request, StreamObserver<WriteStream> client) {
        forward(request, emulator::createWriteStream, client);
    }

    @Override
    public void getWriteStream(GetWriteStreamRequest request, StreamObserver<WriteStream> client) {
        forward(request, emulator::getWriteStream, client);
    }

    @Override
    public void finalizeWriteStream(
            FinalizeWriteStreamRequest request, StreamObserver<FinalizeWriteStreamResponse> client) {
        forward(request, emulator::finalizeWriteStream, client);
    }

    @Override
    public void batchCommitWriteStreams(
            BatchCommitWriteStreamsRequest request, StreamObserver<BatchCommitWriteStreamsResponse> client) {
        forward(request, this::commit, client);
    }

    private synchronized BatchCommitWriteStreamsResponse commit(BatchCommitWriteStreamsRequest request) {
        BatchCommitWriteStreamsResponse.Builder refused = BatchCommitWriteStreamsResponse.newBuilder();
        request.getWriteStreamsList().stream()
                .filter(committed::contains)
                .forEach(stream -> refused.addStreamErrors(StorageError.newBuilder()
                        .setCode(StorageError.StorageErrorCode.STREAM_ALREADY_COMMITTED)
                        .setEntity(stream)));
        if (refused.getStreamErrorsCount() > 0) {
            return refused.build();
        }
        Runnable act = insteadOfCommit.poll();
        if (act != null) {
            act.run();
            throw Status.UNAVAILABLE.asRuntimeException();
        }
        BatchCommitWriteStreamsResponse response = emulator.batchCommitWriteStreams(request);
        if (response.getStreamErrorsCount() > 0) {
            return response.toBuilder().clearCommitTime().build();
        }
        committed.addAll(request.getWriteStreamsList());
        if (answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Status.UNAVAILABLE.withDescription("the answer is lost").asRuntimeException();
        }
        return response;
    }

    private static <A, B> void forward(A request, Function<A, B> call, StreamObserver<B> client) {
        try {
            client.onNext(call.apply(request));
            client.onCompleted();
        } catch (StatusRuntimeException e) {
            client.onError(e);
        }
    }

    @Override
    public StreamObserver<AppendRowsRequest> appendRows(StreamObserver<AppendRowsResponse> client) {
        Queue<Long> begins = new ConcurrentLinkedQueue<>();
        StreamObserver<AppendRowsRequest> target =
                BigQueryWriteGrpc.newStub(channel).appendRows(new AppendAnswers(client, begins));
        return new AppendRequests(target, begins);
    }

    /** What the client sends. */
    private final class AppendRequests implements StreamObserver<AppendRowsRequest> {
        private final StreamObserver<AppendRowsRequest> target;
        private final Queue<Long> begins;
        private String stream = "";
        private ProtoSchema schema = ProtoSchema.getDefaultInstance();

        AppendRequests(StreamObserver<AppendRowsRequest> target, Queue<Long> begins) {
            this.target = target;
            this.begins = begins;
        }

        @Override
        public void onNext(AppendRowsRequest request) {
            if (request.getProtoRows().hasWriterSchema()) {
                schema = request.getProtoRows().getWriterSchema();
            }
            sent.add(new Sent(schema, request.getProtoRows().getRows()));
            if (!request.getWriteStream().isEmpty()) {
                stream = request.getWriteStream();
            }
            if (request.getSerializedSize() < EMULATORS_MAX_MESSAGE) {
                forward(request, request.getOffset().getValue());
            } else {
                rowByRow(request);
            }
        }

        private void forward(AppendRowsRequest request, long begin) {
            begins.add(begin);
            target.onNext(request.toBuilder().setWriteStream(stream).build());
        }

        private void rowByRow(AppendRowsRequest request) {
            ProtoRows rows = request.getProtoRows().getRows();
            for (int i = 0; i < rows.getSerializedRowsCount(); i++) {
                AppendRowsRequest.Builder one = request.toBuilder();
                one.getOffsetBuilder().setValue(request.getOffset().getValue() + i);
                one.getProtoRowsBuilder().getRowsBuilder().clear().addSerializedRows(rows.getSerializedRows(i));
                boolean last = i == rows.getSerializedRowsCount() - 1;
                forward(one.build(), last ? request.getOffset().getValue() : UNANSWERED);
            }
        }

        @Override
        public void onError(Throwable e) {
            target.onError(e);
        }

        @Override
        public void onCompleted() {
            target.onCompleted();
        }
    }

    /** What the emulator answers. */
    private record AppendAnswers(StreamObserver<AppendRowsResponse> client, Queue<Long> begins)
            implements StreamObserver<AppendRowsResponse> {
        @Override
        public void onNext(AppendRowsResponse response) {
            long begin = begins.remove();
            if (begin == UNANSWERED && response.hasAppendResult()) {
                return;
            }
            if (!response.hasAppendResult()) {
                client.onNext(response);
                return;
            }
            AppendRowsResponse.Builder corrected = response.toBuilder();
            corrected.getAppendResultBuilder().getOffsetBuilder().setValue(begin);
            client.onNext(corrected.build());
        }

        @Override
        public void onError(Throwable e) {
            client.onError(e);
        }

        @Override
        public void onCompleted() {
            client.onCompleted();
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        channel.shutdownNow();
    }
}
