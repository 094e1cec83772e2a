package io.datastreamx.bench.peers.flink;

import io.datastreamx.bench.peers.CellKey;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.CopyableValue;

/**
 * {@link CellKey#toBytes()} as a key of Flink, which takes no arrays as keys and reads texts byte by byte. Never
 * changed once it is filled.
 */
public final class CellName implements CopyableValue<CellName>, Comparable<CellName> {
    private static final long serialVersionUID = 1L;

    private byte[] bytes;
    private int hash;

    /** For Flink, which fills it by {@link #read}. */
    public CellName() {
        this(new byte[0]);
    }

    CellName(byte[] bytes) {
        fill(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    private void fill(byte[] content) {
        bytes = content;
        hash = Arrays.hashCode(content);
    }

    @Override
    public void write(DataOutputView out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public void read(DataInputView in) throws IOException {
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        fill(content);
    }

    @Override
    public int getBinaryLength() {
        return -1;
    }

    @Override
    public void copyTo(CellName target) {
        target.fill(bytes);
    }

    @Override
    public CellName copy() {
        return new CellName(bytes);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        int length = source.readInt();
        target.writeInt(length);
        target.write(source, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CellName name && hash == name.hash && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(CellName other) {
        return Arrays.compare(bytes, other.bytes);
    }
}
