package io.datastreamx.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** A subtree of the configuration that knows its full name, so that what is wrong in it can be named. */
final class Values {
    private final Config config;
    private final String path;

    Values(Config config, String path) {
        this.config = config;
        this.path = path;
    }

    Values at(String name) {
        return new Values(read(name, "a group of settings", Config::getConfig), full(name));
    }

    String text(String name) {
        return read(name, "a text", Config::getString);
    }

    Optional<String> optionalText(String name) {
        return config.hasPath(name) ? Optional.of(text(name)) : Optional.empty();
    }

    List<String> texts(String name) {
        return List.copyOf(read(name, "a list of texts", Config::getStringList));
    }

    boolean flag(String name) {
        return read(name, "true or false", Config::getBoolean);
    }

    int whole(String name) {
        return read(name, "a whole number", Config::getInt);
    }

    long wholeLong(String name) {
        return read(name, "a whole number", Config::getLong);
    }

    double number(String name) {
        return read(name, "a number", Config::getDouble);
    }

    Duration duration(String name) {
        return read(name, "a time, such as 100ms, 30s, 2m or 48h", Config::getDuration);
    }

    long bytes(String name) {
        return read(name, "a size, such as 512M or 100G", Config::getBytes);
    }

    <E extends Enum<E>> E oneOf(String name, Class<E> type) {
        return Allowed.oneOf(full(name), text(name), type);
    }

    List<Values> list(String name) {
        return read(name, "a list of groups", Config::getConfigList).stream()
                .map(element -> new Values(element, full(name)))
                .toList();
    }

    /** A subtree as flat properties; how its dots were nested does not matter. */
    Map<String, String> properties(String name) {
        Map<String, String> flat = new TreeMap<>();
        at(name).config
                .entrySet()
                .forEach(entry -> flat.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().unwrapped().toString()));
        return flat;
    }

    private <T> T read(String name, String expected, BiFunction<Config, String, T> getter) {
        try {
            return getter.apply(config, name);
        } catch (ConfigException.Missing e) {
            throw new SettingsException(full(name) + " is not given; it must be " + expected, e);
        } catch (ConfigException e) {
            throw new SettingsException(
                    "%s is %s (%s); it must be %s"
                            .formatted(
                                    full(name),
                                    config.getValue(name).render(),
                                    config.getValue(name).origin().description(),
                                    expected),
                    e);
        }
    }

    private String full(String name) {
        return path + "." + name;
    }
}
