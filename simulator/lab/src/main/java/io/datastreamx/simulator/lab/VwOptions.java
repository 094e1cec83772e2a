package io.datastreamx.simulator.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * How Vowpal Wabbit is to learn, as {@code vw:ALGORITHM[:OPTION=VALUE…]} says.
 *
 * @param arguments of Vowpal Wabbit
 * @param online whether it learns as soon as an outcome is known, else at night
 * @param chain whether an action is worth what its whole chain earned, else what its own attempt did
 */
record VwOptions(List<String> arguments, boolean online, boolean chain) {
    static VwOptions of(String name) {
        String[] words = name.split(":");
        List<String> arguments = new ArrayList<>(List.of("--cb_explore_adf", "-q", "ca", "-b", "20"));
        boolean online = false;
        boolean chain = false;
        switch (words.length > 1 ? words[1] : "") {
            case "squarecb" -> arguments.add("--squarecb");
            case "cover", "bag", "epsilon" -> {}
            default ->
                throw new IllegalArgumentException(
                        "--policy " + name + ": Vowpal Wabbit's algorithms here are squarecb, cover, bag and epsilon");
        }
        for (int i = 2; i < words.length; i++) {
            String[] option = words[i].split("=", 2);
            if (words[i].equals("online") || words[i].equals("nightly")) {
                online = words[i].equals("online");
            } else if (words[i].equals("chain") || words[i].equals("attempt")) {
                chain = words[i].equals("chain");
            } else if (option.length == 2 && option[0].matches("[a-z_]+") && option[1].matches("[a-z0-9.e-]+")) {
                arguments.add("--" + option[0]);
                arguments.add(option[1]);
            } else {
                throw new IllegalArgumentException("--policy " + name + ": '" + words[i]
                        + "' is not nightly, online, attempt, chain or OPTION=VALUE of Vowpal Wabbit");
            }
        }
        return new VwOptions(List.copyOf(arguments), online, chain);
    }
}
