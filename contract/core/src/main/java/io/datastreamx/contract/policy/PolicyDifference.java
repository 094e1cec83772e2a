package io.datastreamx.contract.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.ContractJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One place in which two policies differ. Their names do not count.
 *
 * @param field such as {@code kill_switch} or {@code aggregators.acme.enabled}
 * @param before null where there was nothing
 * @param after null where nothing is left
 */
public record PolicyDifference(String field, JsonNode before, JsonNode after) {
    private static final String AGGREGATORS = "aggregators";

    /** All differences, in the order of the fields. @param before null where there was no policy */
    public static List<PolicyDifference> between(PolicyDocument before, PolicyDocument after) {
        List<PolicyDifference> found = new ArrayList<>();
        compare("", before == null ? null : tree(before), tree(after), found);
        return found;
    }

    private static void compare(String field, JsonNode before, JsonNode after, List<PolicyDifference> found) {
        boolean whole = field.isEmpty() || field.equals(AGGREGATORS);
        if (after != null && after.isObject() && (whole || before != null && before.isObject())) {
            Set<String> names = new TreeSet<>();
            after.fieldNames().forEachRemaining(names::add);
            if (before != null) {
                before.fieldNames().forEachRemaining(names::add);
            }
            for (String name : names) {
                compare(
                        field.isEmpty() ? name : field + "." + name,
                        before == null ? null : before.get(name),
                        after.get(name),
                        found);
            }
        } else if (before == null ? after != null : !before.equals(after)) {
            found.add(new PolicyDifference(field, before, after));
        }
    }

    /** Aggregators by their name, which is what tells them apart. */
    private static ObjectNode tree(PolicyDocument policy) {
        ObjectNode tree = ContractJson.MAPPER.valueToTree(policy);
        tree.remove(List.of("policy_version", "salt"));
        ObjectNode byName = tree.putObject(AGGREGATORS);
        policy.aggregators().forEach(terms -> byName.set(terms.aggregatorId(), ContractJson.MAPPER.valueToTree(terms)));
        return tree;
    }

    /** For people: {@code kill_switch: false -> true}. */
    @Override
    public String toString() {
        return before == null
                ? field + ": " + after
                : field + ": " + before + " -> " + (after == null ? "removed" : after);
    }
}
