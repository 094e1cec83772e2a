package io.datastreamx.contract.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What people write in files. Read more strictly than what processes write to each other: nothing is missing, unknown,
 * twice or of another type, since a slip of the pen must not route ads.
 */
public final class PolicyFile {
    private static final ObjectReader STRICT = ContractJson.MAPPER
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final Map<String, Class<?>> TERMS = fields(AggregatorTerms.class);
    private static final Set<String> POLICY = fieldsOfPolicy();
    private static final Set<String> EXPLORATION = fields(Exploration.class).keySet();
    private static final String VERSION = "policy_version";
    /** What people do not decide. */
    private static final List<String> GIVEN =
            List.of("model", "canary", "measured_ecpm_micros", "evidence", "cap_plans");

    private PolicyFile() {}

    /** All but the salt, which nobody is shown. */
    private static Set<String> fieldsOfPolicy() {
        Set<String> fields = new LinkedHashSet<>(fields(PolicyDocument.class).keySet());
        fields.remove("salt");
        return fields;
    }

    /** The fields of a record, as JSON names them, in their order. */
    private static Map<String, Class<?>> fields(Class<? extends Record> type) {
        Map<String, Class<?>> fields = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            fields.put(SnakeCaseStrategy.INSTANCE.translate(component.getName()), component.getType());
        }
        return fields;
    }

    /**
     * A JSON array of aggregators and their terms.
     *
     * @param currency in which the system counts money: prices in another could not be compared
     * @throws IllegalArgumentException naming the place, the field and the reason
     */
    public static List<AggregatorTerms> aggregators(byte[] json, String currency) {
        return aggregators(parse(json), currency);
    }

    /**
     * What becomes of a policy by a file: an array of aggregators, which replaces all of them, or an object that has
     * the form of a policy and in which every field may be left out, which then stays as it is.
     *
     * @return under the same name
     * @throws IllegalArgumentException as {@link #aggregators}; also where the file was made from another policy than
     *     the one in force, or changes what is not for people to change
     */
    public static PolicyDocument edit(PolicyDocument inForce, byte[] json, String currency) {
        JsonNode given = parse(json);
        if (!given.isObject()) {
            return inForce.among(inForce.policyVersion(), aggregators(given, currency))
                    .requireAllowed();
        }
        ObjectNode edited = (ObjectNode) parse(ContractJson.bytes(inForce));
        requireFields("policy", given, POLICY);
        JsonNode version = given.path(VERSION);
        if (!version.isMissingNode() && !version.equals(edited.get(VERSION))) {
            throw new IllegalArgumentException(VERSION + ": the file was made from " + version + ", but "
                    + edited.get(VERSION) + " is in force; look at what has changed since, or leave the field out");
        }
        for (String field : GIVEN) {
            if (given.has(field) && !given.get(field).equals(edited.get(field))) {
                throw new IllegalArgumentException(
                        field
                                + " is what nights found, and cannot be set; leave it out. dsx model promote brings a model into force");
            }
        }
        if (given.has("aggregators")) {
            aggregators(given.get("aggregators"), currency);
        }
        require("policy", "kill_switch", boolean.class, given.path("kill_switch"));
        require("policy", "probe_share", double.class, given.path("probe_share"));
        if (given.has("exploration")) {
            JsonNode exploration = given.get("exploration");
            requireFields("exploration", exploration, EXPLORATION);
            EXPLORATION.forEach(field -> require("exploration", field, double.class, exploration.get(field)));
        }
        JsonNode hosts = given.path("allowed_hosts");
        for (JsonNode host : hosts) {
            require("allowed_hosts", "each", String.class, host);
        }
        if (!hosts.isMissingNode() && !hosts.isArray()) {
            throw new IllegalArgumentException("allowed_hosts: expected an array of hosts, got " + hosts);
        }
        edited.setAll((ObjectNode) given);
        return read(edited, PolicyDocument.class).requireAllowed();
    }

    private static JsonNode parse(byte[] json) {
        try {
            return STRICT.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "it is not JSON: " + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }

    private static List<AggregatorTerms> aggregators(JsonNode array, String currency) {
        if (!array.isArray()) {
            throw new IllegalArgumentException("aggregators: expected a JSON array of objects with " + TERMS.keySet());
        }
        List<AggregatorTerms> all = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            all.add(terms("aggregators[" + i + "]", array.get(i)));
        }
        PolicyDocument.requireDistinct(all);
        all.stream()
                .filter(aggregator -> !aggregator.currency().equals(currency))
                .findFirst()
                .ifPresent(aggregator -> {
                    throw new IllegalArgumentException("aggregator " + aggregator.aggregatorId() + ": currency is "
                            + aggregator.currency() + ", but money is counted in " + currency);
                });
        return List.copyOf(all);
    }

    private static AggregatorTerms terms(String place, JsonNode object) {
        requireFields(place, object, TERMS.keySet());
        TERMS.forEach((field, type) -> require(place, field, type, object.get(field)));
        try {
            return read(object, AggregatorTerms.class);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ", " + e.getMessage(), e);
        }
    }

    /** An object with no other fields than these. */
    private static void requireFields(String place, JsonNode object, Set<String> known) {
        if (!object.isObject()) {
            throw new IllegalArgumentException(place + ": expected an object, got " + object);
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new IllegalArgumentException(place + ": there is no field " + name + ", only " + known);
            }
        }
    }

    private static void require(String place, String field, Class<?> type, JsonNode value) {
        String wanted;
        boolean right;
        if (value == null && type == Double.class) {
            return;
        } else if (value == null || value.isNull()) {
            throw new IllegalArgumentException(place + ": " + field + " is missing");
        } else if (value.isMissingNode()) {
            return;
        } else if (type == boolean.class) {
            wanted = "true or false";
            right = value.isBoolean();
        } else if (type == double.class || type == Double.class) {
            wanted = "a number";
            right = value.isNumber();
        } else if (type == String.class) {
            wanted = "text";
            right = value.isTextual();
        } else {
            wanted = "a whole number" + (type == int.class ? " below 2^31" : "");
            right = value.isIntegralNumber()
                    && (type == int.class ? value.canConvertToInt() : value.canConvertToLong());
        }
        if (!right) {
            throw new IllegalArgumentException(place + ": " + field + " must be " + wanted + ", got " + value);
        }
    }

    /** A value of the contract from its tree, refused with the reason that it gives itself. */
    private static <T> T read(JsonNode tree, Class<T> type) {
        try {
            return ContractJson.MAPPER.treeToValue(tree, type);
        } catch (IOException e) {
            throw new IllegalArgumentException(ContractJson.reason(e), e);
        }
    }
}
