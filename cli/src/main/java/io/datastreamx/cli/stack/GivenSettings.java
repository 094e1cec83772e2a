package io.datastreamx.cli.stack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The values of {@code --set}, which may be secret. The launcher takes them from its arguments, which anyone on the
 * machine can read for as long as a process runs, and hands them on in a variable.
 */
public final class GivenSettings {
    static final String VARIABLE = "DSX_SETTINGS";

    /** Ends each value: ASCII's record separator. */
    private static final String END = "\u001e";

    private GivenSettings() {}

    /** The arguments as they were typed, but for the place of {@code --set}. */
    public static String[] restore(String[] args, Map<String, String> environment) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        int end = all.contains("--") ? all.indexOf("--") : all.size();
        List<String> given = new ArrayList<>();
        for (String setting : environment.getOrDefault(VARIABLE, "").split(END)) {
            if (!setting.isEmpty()) {
                given.addAll(List.of("--set", setting));
            }
        }
        all.addAll(end, given);
        return all.toArray(String[]::new);
    }
}
