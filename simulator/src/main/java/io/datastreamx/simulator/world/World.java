package io.datastreamx.simulator.world;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A simulated world as its file describes it: who is there, how far the context bends their behaviour, what changes.
 * The effects themselves are drawn from a seed by {@link Truth}. What exists is valid.
 *
 * @param name of the world
 * @param description one sentence for people
 * @param seed of all that is drawn; null leaves it to the run
 * @param boxes in the fleet, unless the run says otherwise
 * @param aggregators in the order of their terms
 * @param fill bends the log-odds of an ad
 * @param watched bends the log-odds that an ad is watched to its end
 * @param price bends the log of the price
 * @param priceLimit the log of the price is bent by this much at most
 * @param fatigue log-odds that an ad loses of being watched for each time that the box saw it lately
 * @param fatigueHours half-life of a box's memory
 * @param correlation of the hidden normal numbers behind the fills of one request; 0 is independent
 * @param drift what changes
 */
public record World(
        String name,
        String description,
        Long seed,
        int boxes,
        Viewing viewing,
        Traffic traffic,
        List<AggregatorProfile> aggregators,
        Spread fill,
        Spread watched,
        Spread price,
        double priceLimit,
        double fatigue,
        double fatigueHours,
        double correlation,
        Completion completion,
        List<Drift> drift) {
    /** The world of the demo. */
    public static final String DEMO = "demo";

    private static final String FOLDER = "/worlds/";
    private static final String ENDING = ".conf";

    /**
     * A world that comes with the simulator, or a file of one's own.
     *
     * @param nameOrFile a name without a dot or a slash, else a path
     * @throws WorldException naming file, field and what is allowed
     */
    public static World of(String nameOrFile) {
        return nameOrFile.matches("[A-Za-z0-9_-]+") ? named(nameOrFile) : read(Path.of(nameOrFile));
    }

    /** One that comes with the simulator. */
    public static World named(String name) {
        try (InputStream file = World.class.getResourceAsStream(FOLDER + name + ENDING)) {
            if (file == null) {
                throw new WorldException("there is no world '" + name + "'; there are " + names()
                        + ", or name a file by its path, such as ./" + name + ENDING);
            }
            return parse(name + ENDING, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the worlds that come with the simulator. */
    public static List<String> names() {
        try (InputStream list = World.class.getResourceAsStream(FOLDER + "names")) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of one's own. */
    public static World read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new WorldException("world file " + file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * @param file its name, for complaints
     * @param text HOCON
     */
    public static World parse(String file, String text) {
        Config config;
        try {
            config = ConfigFactory.parseString(
                            text,
                            ConfigParseOptions.defaults()
                                    .setSyntax(ConfigSyntax.CONF)
                                    .setOriginDescription(file))
                    .resolve();
        } catch (ConfigException e) {
            throw new WorldException("world file " + file + " is not HOCON: " + e.getMessage());
        }
        return of(new Fields(file, "", config.root()));
    }

    private static World of(Fields fields) {
        List<AggregatorProfile> aggregators =
                fields.groups("aggregators").stream().map(AggregatorProfile::of).toList();
        List<String> ids = aggregators.stream().map(AggregatorProfile::id).toList();
        if (ids.isEmpty() || Set.copyOf(ids).size() != ids.size()) {
            throw fields.wrong("aggregators", "a list of at least one aggregator, no id twice");
        }
        Fields effects = fields.group("effects");
        Fields price = effects.group("price");
        Fields fill = effects.group("fill");
        Fields watched = effects.group("watched");
        Fields fatigue = fields.group("fatigue");
        List<Drift> drift = new ArrayList<>();
        for (Fields change : fields.groups("drift")) {
            drift.add(Drift.of(change, ids));
        }
        World world = new World(
                fields.text("name"),
                fields.text("description", ""),
                fields.has("seed") ? fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE) : null,
                (int) fields.whole("boxes", 1, 10_000_000, 3_000),
                Viewing.of(fields),
                Traffic.of(fields.group("traffic")),
                aggregators,
                Spread.of(fill),
                Spread.of(watched),
                Spread.of(price),
                price.number("limit", 0, 10, 1.2),
                fatigue.number("per-view", 0, 10, 0),
                fatigue.number("half-life-hours", 0.01, 10_000, 24),
                fields.number("correlation", 0, 0.99, 0),
                Completion.of(fields.group("completion")),
                List.copyOf(drift));
        for (Fields group : List.of(price, fill, watched, effects, fatigue, fields)) {
            group.nothingElse();
        }
        Set<String> late = new HashSet<>();
        drift.stream()
                .filter(change -> change instanceof Drift.Arrival arrival && arrival.day() > 0)
                .forEach(change -> late.add(((Drift.Arrival) change).aggregator()));
        if (late.size() == ids.size()) {
            throw fields.wrong("drift", "such that one aggregator is there from the start");
        }
        return world;
    }

    /** Names of the aggregators, in the order of their terms. */
    public List<String> aggregatorIds() {
        return aggregators.stream().map(AggregatorProfile::id).toList();
    }
}
