package io.datastreamx.lake;

import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The files of a lease: {@code <epoch>.json}, each made by put-if-absent and afterwards written by its holder alone.
 * The highest is in force.
 */
final class LeaseFolder {
    private static final Pattern NAME = Pattern.compile("\\d{12}\\.json");
    /** Epochs before the one in force that stay, for whoever wants to know what happened. */
    private static final int KEPT = 5;

    private final LakeFiles files;
    private final String uri;

    LeaseFolder(LakeFiles files, String uri) {
        this.files = files;
        this.uri = uri;
    }

    String uri() {
        return uri;
    }

    OptionalLong highest() {
        return epochs().stream().mapToLong(Long::longValue).max();
    }

    Optional<LeaseTerm> inForce() {
        OptionalLong highest = highest();
        return highest.isEmpty() ? Optional.empty() : Optional.of(read(highest.getAsLong()));
    }

    /** @return false where another process has made this epoch */
    boolean create(LeaseTerm term) {
        return files.createIfAbsent(file(term.epoch()), new String(ContractJson.bytes(term), StandardCharsets.UTF_8));
    }

    void replace(LeaseTerm term) {
        files.write(file(term.epoch()), ContractJson.bytes(term));
    }

    /** Oldest first, so that a holder whose own file is still there can trust that no higher one has gone. */
    void removeOld(long inForce) {
        epochs().stream().filter(epoch -> epoch < inForce - KEPT).sorted().forEach(epoch -> files.delete(file(epoch)));
    }

    private List<Long> epochs() {
        return files.list(uri).stream()
                .filter(name -> NAME.matcher(name).matches())
                .map(name -> Long.valueOf(name.substring(0, 12)))
                .toList();
    }

    private LeaseTerm read(long epoch) {
        try {
            return ContractJson.MAPPER.readValue(files.read(file(epoch)), LeaseTerm.class);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the lease file " + file(epoch) + " is damaged; make sure that no writer runs, then delete it", e);
        }
    }

    private String file(long epoch) {
        return "%s/%012d.json".formatted(uri, epoch);
    }
}
