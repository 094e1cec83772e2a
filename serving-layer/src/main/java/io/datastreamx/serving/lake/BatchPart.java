package io.datastreamx.serving.lake;

import io.datastreamx.lake.TableState;
import io.datastreamx.lake.TableState.DayFile;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A day of a batch version: its files, which say all of it, since files never change. */
record BatchPart(LocalDate day, List<DayFile> files) {
    BatchPart {
        files = files.stream().sorted(Comparator.comparing(DayFile::path)).toList();
    }

    /** The parts of a state, oldest day first. */
    static List<BatchPart> of(TableState state) {
        return state.files().stream()
                .collect(Collectors.groupingBy(DayFile::day, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(day -> new BatchPart(day.getKey(), day.getValue()))
                .toList();
    }

    List<String> paths() {
        return files.stream().map(DayFile::path).toList();
    }

    /** The same for the same rows, whichever version they are of. */
    String key() {
        return day
                + files.stream()
                        .map(file -> "\n" + file.path() + " " + file.bytes())
                        .collect(Collectors.joining());
    }
}
