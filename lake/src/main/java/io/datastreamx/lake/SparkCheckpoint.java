package io.datastreamx.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The files of a Structured Streaming checkpoint, looked at without Spark, whose own failures name no file or another
 * one. A file of its logs is a version line, then lines that are JSON objects; those of sources begin with a zero byte.
 */
public final class SparkCheckpoint {
    /** A file that is not what Spark leaves there. */
    public record Damage(String file, String reason) {}

    private static final ObjectReader OBJECT =
            new ObjectMapper().reader().forType(ObjectNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern VERSION = Pattern.compile("\0?v[0-9]+");
    /** How a file of checksums begins: {@code crc}, and a zero byte. */
    private static final int CHECKSUMS = 0x63726300;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final LakeFiles files;
    private final String uri;

    /** @param uri Hadoop URI of {@code checkpointLocation}, which need not exist */
    public SparkCheckpoint(LakeFiles files, String uri) {
        this.files = files;
        this.uri = uri;
    }

    /** All damage there is; a checkpoint that Spark has only begun to write has none. */
    public List<Damage> damage() {
        List<Damage> found = new ArrayList<>();
        String metadata = uri + "/metadata";
        if (files.exists(metadata)) {
            reason(metadata, content -> requireObject(content)).ifPresent(found::add);
        }
        List<Long> offsets = log(uri + "/offsets", 2, found);
        List<Long> commits = log(uri + "/commits", 1, found);
        for (String source : files.list(uri + "/sources")) {
            log(uri + "/sources/" + source, 1, found);
        }
        if (!commits.isEmpty()) {
            long last = commits.get(commits.size() - 1);
            if (!offsets.contains(last)) {
                found.add(
                        new Damage(uri + "/offsets/" + last, "it is missing, though batch " + last + " is committed"));
            }
        }
        return found;
    }

    /** Checks the files of one log. @return their batches, in order */
    private List<Long> log(String folder, int objects, List<Damage> found) {
        List<Long> batches = new ArrayList<>();
        for (String name : files.list(folder)) {
            if (NUMBER.matcher(name).matches()) {
                batches.add(Long.parseLong(name));
                reason(folder + "/" + name, content -> requireLog(content, objects))
                        .ifPresent(found::add);
            }
        }
        batches.sort(null);
        return batches;
    }

    @FunctionalInterface
    private interface Check {
        void accept(String content) throws JsonProcessingException;
    }

    private Optional<Damage> reason(String file, Check check) {
        try {
            byte[] content = files.read(file);
            check.accept(new String(content, StandardCharsets.UTF_8));
            requireChecksum(content, file);
            return Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.of(new Damage(file, "it is not JSON: " + e.getOriginalMessage()));
        } catch (IllegalArgumentException e) {
            return Optional.of(new Damage(file, e.getMessage()));
        } catch (UncheckedIOException e) {
            // Spark may have removed it since it was listed.
            return e.getCause() instanceof FileNotFoundException
                    ? Optional.empty()
                    : Optional.of(new Damage(
                            file, "it cannot be read: " + e.getCause().getMessage()));
        }
    }

    /**
     * On a local disk Hadoop writes a file of checksums beside each file, and refuses to read what is not as they say.
     */
    private void requireChecksum(byte[] content, String file) {
        int slash = file.lastIndexOf('/') + 1;
        String sums = file.substring(0, slash) + "." + file.substring(slash) + ".crc";
        if (!files.exists(sums)) {
            return;
        }
        ByteBuffer expected = ByteBuffer.wrap(files.read(sums));
        boolean equal = expected.remaining() >= 2 * Integer.BYTES && expected.getInt() == CHECKSUMS;
        int block = equal ? expected.getInt() : 1;
        for (int from = 0; equal && from < content.length; from += block) {
            CRC32 sum = new CRC32();
            sum.update(content, from, Math.min(block, content.length - from));
            equal = expected.remaining() >= Integer.BYTES && expected.getInt() == (int) sum.getValue();
        }
        if (!equal) {
            throw new IllegalArgumentException("it does not have the checksum in " + sums);
        }
    }

    private static void requireLog(String content, int objects) throws JsonProcessingException {
        if (content.isBlank()) {
            throw new IllegalArgumentException("it is empty");
        }
        List<String> lines = Arrays.asList(content.split("\n"));
        if (!VERSION.matcher(lines.get(0)).matches()) {
            throw new IllegalArgumentException("it does not begin with a version line");
        }
        if (lines.size() <= objects) {
            throw new IllegalArgumentException("it ends early");
        }
        for (String line : lines.subList(1, lines.size())) {
            requireObject(line);
        }
    }

    private static void requireObject(String json) throws JsonProcessingException {
        if (json.isBlank()) {
            throw new IllegalArgumentException("it is empty");
        }
        if (!(OBJECT.readTree(json) instanceof ObjectNode)) {
            throw new IllegalArgumentException("it holds no JSON object");
        }
    }
}
