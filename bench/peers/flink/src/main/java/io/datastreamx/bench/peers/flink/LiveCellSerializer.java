package io.datastreamx.bench.peers.flink;

import io.datastreamx.bench.peers.LiveCell;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How Flink keeps cells: as objects on the heap, and in checkpoints as their bytes. */
public final class LiveCellSerializer extends TypeSerializerSingleton<LiveCell> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public LiveCell createInstance() {
        return new LiveCell();
    }

    @Override
    public LiveCell copy(LiveCell from) {
        return LiveCell.ofBytes(from.toBytes());
    }

    @Override
    public LiveCell copy(LiveCell from, LiveCell reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(LiveCell cell, DataOutputView target) throws IOException {
        byte[] bytes = cell.toBytes();
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    @Override
    public LiveCell deserialize(DataInputView source) throws IOException {
        byte[] bytes = new byte[source.readInt()];
        source.readFully(bytes);
        return LiveCell.ofBytes(bytes);
    }

    @Override
    public LiveCell deserialize(LiveCell reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        int length = source.readInt();
        target.writeInt(length);
        target.write(source, length);
    }

    @Override
    public TypeSerializerSnapshot<LiveCell> snapshotConfiguration() {
        return new Snapshot();
    }

    /** What a checkpoint says of the serializer. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LiveCell> {
        public Snapshot() {
            super(LiveCellSerializer::new);
        }
    }
}
