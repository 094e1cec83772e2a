package io.datastreamx.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as Spark 4.2 writes them; ingest's own tests damage those of a real query. */
class SparkCheckpointTest {
    @TempDir
    Path dir;

    private SparkCheckpoint checkpoint;

    @BeforeEach
    void write() throws IOException {
        checkpoint = new SparkCheckpoint(new Lake("file://" + dir).files(), "file://" + dir + "/checkpoint");
        put("metadata", "{\"id\":\"9a4fab12-6085-4aaa-91a8-eeb48efbeb09\"}");
        put("sources/0/0", "\0v1\n{\"a\":{\"0\":0}}");
        put("offsets/0", "v1\n{\"batchWatermarkMs\":0}\n{\"a\":{\"0\":3}}");
        put("offsets/1", "v1\n{\"batchWatermarkMs\":0}\n{\"a\":{\"0\":5}}");
        put("commits/0", "v1\n{\"nextBatchWatermarkMs\":0}");
    }

    private void put(String file, String content) throws IOException {
        Path path = dir.resolve("checkpoint").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private List<String> damaged() {
        String root = "file://" + dir + "/checkpoint/";
        return checkpoint.damage().stream()
                .map(damage -> damage.file().substring(root.length()))
                .toList();
    }

    @Test
    void whatSparkLeavesIsWholeAndSoIsNothing() {
        assertEquals(List.of(), damaged());
        assertEquals(
                List.of(), new SparkCheckpoint(new Lake("file://" + dir).files(), "file://" + dir + "/none").damage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata", "sources/0/0", "offsets/1", "commits/0"})
    void cutsGarbageAndNothingAtAllAreNamed(String file) throws IOException {
        Path path = dir.resolve("checkpoint").resolve(file);
        String whole = Files.readString(path);
        for (String damage : List.of("", "\0\0\0\0\0\0\0\0", "garbage", whole.substring(0, whole.length() - 3))) {
            put(file, damage);
            assertEquals(List.of(file), damaged(), damage);
        }
        put(file, whole);
        assertEquals(List.of(), damaged());
    }

    @Test
    void aFileCutAtALineIsNamed() throws IOException {
        put("offsets/1", "v1\n{\"batchWatermarkMs\":0}\n");
        put("commits/0", "v1\n");
        assertEquals(List.of("offsets/1", "commits/0"), damaged());
        assertTrue(checkpoint.damage().get(0).reason().contains("ends early"));
    }

    @Test
    void whatIsStillJsonButNotWhatWasWrittenIsNamedByItsChecksum() throws IOException {
        String content = "v1\n{\"nextBatchWatermarkMs\":0}";
        CRC32 sum = new CRC32();
        sum.update(content.getBytes(StandardCharsets.UTF_8));
        ByteBuffer sums =
                ByteBuffer.allocate(12).put(new byte[] {'c', 'r', 'c', 0}).putInt(512);
        Files.write(
                dir.resolve("checkpoint/commits/.0.crc"),
                sums.putInt((int) sum.getValue()).array());
        assertEquals(List.of(), damaged());
        put("commits/0", content.replace('0', '1'));
        assertEquals(List.of("commits/0"), damaged());
    }

    @Test
    void aCommitWithoutItsOffsetsIsNamed() throws IOException {
        put("commits/7", "v1\n{\"nextBatchWatermarkMs\":0}");
        assertEquals(List.of("offsets/7"), damaged());
    }
}
