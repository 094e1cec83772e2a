package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;

/** What Google asks for: {@code dataproc/prices.json}. US dollars, without discounts. */
final class Prices {
    private static final double HOUR_S = 3600;
    private static final double DCU_PER_VCPU = 0.6;
    private static final double DCU_PER_GB = 0.1;
    private static final double GB = 1L << 30;

    /**
     * One price.
     *
     * @param unit what it is the price of
     * @param source where it was read
     * @param date when it was read
     * @param confirmed whether somebody has seen it on a bill or on Google's own page since {@code date}
     */
    record Price(double price, String unit, String source, LocalDate date, boolean confirmed) {}

    private final String currency;
    private final String region;
    private final int hoursPerMonth;
    private final Map<String, Price> prices;

    private Prices(String currency, String region, int hoursPerMonth, Map<String, Price> prices) {
        this.currency = currency;
        this.region = region;
        this.hoursPerMonth = hoursPerMonth;
        this.prices = prices;
    }

    static Prices in(Path file) {
        try {
            Map<String, Price> prices = new TreeMap<>();
            JsonNode root = Bodies.JSON.readTree(file.toFile());
            for (JsonNode price : root.path("prices")) {
                prices.put(
                        price.path("item").asText(),
                        new Price(
                                price.path("price").asDouble(),
                                price.path("unit").asText(),
                                price.path("source").asText(),
                                LocalDate.parse(price.path("date").asText()),
                                price.path("confirmed").asBoolean()));
            }
            return new Prices(
                    root.path("currency").asText(),
                    root.path("region").asText(),
                    root.path("hours_per_month").asInt(),
                    prices);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    Price of(String item) {
        Price price = prices.get(item);
        if (price == null) {
            throw SubmitException.wrongUse("dataproc/prices.json has no price for " + item);
        }
        return price;
    }

    /** Dollars a day of a job with all its executors, for the hours that its file estimates. */
    double perDay(JobSpec spec) {
        int executors =
                Math.max(spec.number("spark.executor.instances"), spec.number("spark.dynamicAllocation.maxExecutors"));
        double vcpu = spec.number("spark.driver.cores") + executors * (double) spec.number("spark.executor.cores");
        double gb = (memory(spec, "driver") + executors * memory(spec, "executor")) / GB;
        double perHour = spec.platform() == Platform.SERVERLESS
                ? (vcpu * DCU_PER_VCPU + gb * DCU_PER_GB)
                        * of("serverless-dcu-hour").price()
                : vcpu * (of("vm-vcpu-hour").price() + of("cluster-vcpu-hour").price())
                        + gb * of("vm-gb-hour").price();
        return perHour * spec.hoursPerDay();
    }

    /** What a batch that has ended has cost, from Google's own count of it; empty where there is none. */
    String ofBatch(JsonNode batch) {
        JsonNode usage = batch.path("runtimeInfo").path("approximateUsage");
        if (usage.isMissingNode()) {
            return "";
        }
        Price dcu = of(isPremium(batch) ? "serverless-dcu-hour-premium" : "serverless-dcu-hour");
        double hours = usage.path("milliDcuSeconds").asDouble() / 1000 / HOUR_S;
        double dollars = hours * dcu.price()
                + usage.path("shuffleStorageGbSeconds").asDouble()
                        / (hoursPerMonth * HOUR_S)
                        * of("serverless-shuffle-gb-month").price();
        return String.format(
                java.util.Locale.ROOT,
                "about $%.2f: %.2f DCU-hours at $%.3f (price of %s, %s)",
                dollars,
                hours,
                dcu.price(),
                dcu.date(),
                dcu.confirmed() ? "confirmed" : "not confirmed");
    }

    private static boolean isPremium(JsonNode batch) {
        for (var property : batch.path("runtimeConfig").path("properties").properties()) {
            if (property.getKey().endsWith(".compute.tier")
                    && property.getValue().asText().equals("premium")) {
                return true;
            }
        }
        return false;
    }

    /** All of it, as the DAGs read it. */
    ObjectNode rendered() {
        ObjectNode all = Bodies.JSON.createObjectNode();
        all.put("currency", currency).put("region", region).put("hours_per_month", hoursPerMonth);
        ObjectNode items = all.putObject("items");
        prices.forEach((item, price) -> items.putObject(item)
                .put("price", price.price())
                .put("unit", price.unit())
                .put("source", price.source())
                .put("date", price.date().toString())
                .put("confirmed", price.confirmed()));
        return all;
    }

    private static double memory(JobSpec spec, String role) {
        return (double) Sizes.bytes(spec.property("spark." + role + ".memory"))
                + Sizes.bytes(spec.property("spark." + role + ".memoryOverhead"));
    }
}
