package io.datastreamx.lake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Deletes what lies far behind a table's last checkpoint from its log. A table that gets a commit every second would
 * otherwise have a folder of hundreds of thousands of files, which every opening lists. Delta's own cleanup goes by
 * whole days.
 */
final class LogCleanup {
    /** Commits kept behind the last checkpoint: half an hour and more for those who follow the log. */
    private static final long KEPT = 2_000;

    private static final Pattern FILE = Pattern.compile("(\\d{20})\\.(json|crc|checkpoint\\.parquet)");

    private LogCleanup() {}

    /** Nothing happens without a checkpoint, from which the table can be opened. */
    static void run(String tableUri, Configuration hadoop) throws IOException {
        run(tableUri, hadoop, KEPT);
    }

    /** @param kept commits behind the last checkpoint that stay */
    static void run(String tableUri, Configuration hadoop, long kept) throws IOException {
        Path log = new Path(tableUri, "_delta_log");
        FileSystem files = log.getFileSystem(hadoop);
        List<Path> old = new ArrayList<>();
        FileStatus[] listed = files.listStatus(log);
        long checkpoint = -1;
        for (FileStatus file : listed) {
            Matcher name = FILE.matcher(file.getPath().getName());
            if (name.matches() && name.group(2).startsWith("checkpoint")) {
                checkpoint = Math.max(checkpoint, Long.parseLong(name.group(1)));
            }
        }
        for (FileStatus file : listed) {
            Matcher name = FILE.matcher(file.getPath().getName());
            if (name.matches() && Long.parseLong(name.group(1)) < checkpoint - kept) {
                old.add(file.getPath());
            }
        }
        // From the beginning: a follower that still finds the commit that it read last has missed none.
        old.sort(Comparator.comparing(Path::getName));
        for (Path file : old) {
            files.delete(file, false);
        }
    }
}
