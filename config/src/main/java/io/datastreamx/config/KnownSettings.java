package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names in {@code reference.conf}: what is called otherwise is a typing error and would silently do nothing. */
final class KnownSettings {
    /** Its entries are Hadoop's. */
    private static final String OPEN = "datastreamx.lake.hadoop.";

    private final Set<String> names = new TreeSet<>();

    KnownSettings(Config reference) {
        reference.entrySet().forEach(entry -> names.add(plain(entry.getKey())));
    }

    Set<String> names() {
        return names;
    }

    /** @throws SettingsException naming the setting that there is not, where it was given, and the nearest one */
    void requireAll(Config given) {
        for (Map.Entry<String, ?> entry : given.entrySet()) {
            String name = plain(entry.getKey());
            if (!names.contains(name) && !name.startsWith(OPEN)) {
                throw new SettingsException("there is no setting %s (%s); did you mean %s?"
                        .formatted(name, given.getValue(entry.getKey()).origin().description(), nearest(name)));
            }
        }
    }

    private String nearest(String name) {
        return names.stream()
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .orElseThrow();
    }

    private static String plain(String path) {
        return String.join(".", ConfigUtil.splitPath(path));
    }

    /** Levenshtein's: insertions, deletions and substitutions from one to the other. */
    private static int distance(String one, String other) {
        int[] above = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = above[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[other.length()];
    }
}
