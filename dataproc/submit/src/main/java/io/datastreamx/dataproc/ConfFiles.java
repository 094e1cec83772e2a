package io.datastreamx.dataproc;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.datastreamx.process.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads the files of {@code dataproc/}, with errors that name file and variable. */
final class ConfFiles {
    private ConfFiles() {}

    static Config parse(Path file) {
        return checked(file.toString(), () -> ConfigFactory.parseFile(file.toFile()));
    }

    /** Names of the {@code .conf} files of a folder. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".conf"))
                    .map(file -> file.substring(0, file.length() - ".conf".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    static <T> T checked(String file, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfigException.UnresolvedSubstitution e) {
            throw new SubmitException(
                    ExitCode.WRONG_USE,
                    file + " uses a variable that is not set: " + e.getMessage()
                            + ". Set it in the file or in the environment",
                    e);
        } catch (ConfigException e) {
            throw new SubmitException(ExitCode.WRONG_USE, file + ": " + e.getMessage(), e);
        }
    }

    /**
     * @param open subtrees with keys of any name
     * @throws SubmitException naming the first key that is missing, or all that are unknown
     */
    static void requireKeys(Config c, String file, Set<String> keys, Set<String> open) {
        for (String key : new TreeSet<>(keys)) {
            if (!c.hasPath(key)) {
                throw SubmitException.wrongUse(file + " does not say " + key + ". Each needs " + new TreeSet<>(keys));
            }
        }
        Set<String> unknown = new TreeSet<>();
        c.entrySet().forEach(entry -> {
            String key = entry.getKey();
            if (!keys.contains(key) && open.stream().noneMatch(tree -> key.startsWith(tree + "."))) {
                unknown.add(key);
            }
        });
        if (!unknown.isEmpty()) {
            throw SubmitException.wrongUse(file + " says " + String.join(", ", unknown)
                    + ", which nothing reads; remove it, or is it a typing error? Known are " + new TreeSet<>(keys));
        }
    }
}
