package io.datastreamx.simulator.world;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A group of a world file that knows where it stands, so that what is wrong in it can be named. Every field that is
 * read is remembered: what is left over at the end is a field that nobody knows.
 */
final class Fields {
    private final String file;
    private final String path;
    private final ConfigObject values;
    private final Set<String> known = new TreeSet<>();

    Fields(String file, String path, ConfigObject values) {
        this.file = file;
        this.path = path;
        this.values = values;
    }

    boolean has(String name) {
        known.add(name);
        return values.containsKey(name);
    }

    double number(String name, double low, double high) {
        String allowed = "a number from " + plain(low) + " to " + plain(high);
        double number = read(name, allowed, Fields::number);
        if (!(number >= low && number <= high)) {
            throw wrong(name, allowed);
        }
        return number;
    }

    double number(String name, double low, double high, double otherwise) {
        return has(name) ? number(name, low, high) : otherwise;
    }

    long whole(String name, long low, long high) {
        String allowed = "a whole number from " + low + " to " + high;
        double number = read(name, allowed, Fields::number);
        if (number != Math.rint(number) || number < low || number > high) {
            throw wrong(name, allowed);
        }
        return (long) number;
    }

    long whole(String name, long low, long high, long otherwise) {
        return has(name) ? whole(name, low, high) : otherwise;
    }

    String text(String name) {
        String text = read(name, "a text", Fields::text);
        if (text.isBlank()) {
            throw wrong(name, "a text");
        }
        return text;
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    String oneOf(String name, List<String> allowed) {
        String text = read(name, "one of " + allowed, Fields::text);
        if (!allowed.contains(text)) {
            throw wrong(name, "one of " + allowed);
        }
        return text;
    }

    /** At least one, none twice. */
    List<String> texts(String name) {
        String allowed = "a list of different texts";
        List<String> texts = list(name, allowed, Fields::text);
        if (texts.isEmpty()
                || Set.copyOf(texts).size() != texts.size()
                || texts.stream().anyMatch(String::isBlank)) {
            throw wrong(name, allowed);
        }
        return texts;
    }

    List<Double> numbers(String name, double low, double high, List<Double> otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        String allowed = "a list of numbers from " + plain(low) + " to " + plain(high);
        List<Double> numbers = list(name, allowed, Fields::number);
        if (numbers.isEmpty() || numbers.stream().anyMatch(number -> !(number >= low && number <= high))) {
            throw wrong(name, allowed);
        }
        return numbers;
    }

    /** The group of this name; an empty one where there is none. */
    Fields group(String name) {
        if (!has(name)) {
            return new Fields(
                    file, full(name), com.typesafe.config.ConfigFactory.empty().root());
        }
        return new Fields(
                file, full(name), read(name, "a group", value -> value instanceof ConfigObject group ? group : null));
    }

    /** The groups of this list; none where there is no such list. */
    List<Fields> groups(String name) {
        if (!has(name)) {
            return List.of();
        }
        List<ConfigObject> groups =
                list(name, "a list of groups", value -> value instanceof ConfigObject group ? group : null);
        List<Fields> fields = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            fields.add(new Fields(file, full(name) + "[" + i + "]", groups.get(i)));
        }
        return fields;
    }

    /** @throws WorldException where a field stands here that nobody asked for */
    void nothingElse() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new WorldException("world file " + file + ": " + full(name) + " is unknown; "
                        + (path.isEmpty() ? "a world" : path) + " may have " + known);
            }
        }
    }

    /** A complaint about a field that stands here, or is missing. */
    WorldException wrong(String name, String allowed) {
        ConfigValue value = values.get(name);
        String is = value == null ? " is missing" : " is " + value.unwrapped();
        String line = value == null || value.origin().lineNumber() < 0
                ? ""
                : " (line " + value.origin().lineNumber() + ")";
        return new WorldException("world file " + file + ": " + full(name) + is + "; it must be " + allowed + line);
    }

    private <T> T read(String name, String allowed, Function<ConfigValue, T> as) {
        known.add(name);
        ConfigValue value = values.get(name);
        T read = value == null ? null : as.apply(value);
        if (read == null) {
            throw wrong(name, allowed);
        }
        return read;
    }

    private <T> List<T> list(String name, String allowed, Function<ConfigValue, T> as) {
        ConfigList list = read(name, allowed, value -> value instanceof ConfigList values ? values : null);
        List<T> read = new ArrayList<>();
        for (ConfigValue value : list) {
            T element = as.apply(value);
            if (element == null) {
                throw wrong(name, allowed);
            }
            read.add(element);
        }
        return read;
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Double number(ConfigValue value) {
        return value.unwrapped() instanceof Number number ? number.doubleValue() : null;
    }

    private static String text(ConfigValue value) {
        return value.unwrapped() instanceof String text ? text : null;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) && Math.abs(bound) < 1e15
                ? Long.toString((long) bound)
                : Double.toString(bound);
    }
}
