package io.datastreamx.contract.access;

import java.util.Set;

/**
 * Who asks, as far as a door has made sure of it.
 *
 * @param subject a name for logs, such as an address or a service's id
 * @param role what the one sees
 * @param aggregators a partner's own; empty for all other roles
 */
public record Identity(String subject, Role role, Set<String> aggregators) {
    /** @throws IllegalArgumentException where these do not go together */
    public Identity {
        if (subject == null || subject.isBlank()) {
            throw new IllegalArgumentException("an identity needs a subject");
        }
        if (role == null) {
            throw new IllegalArgumentException("an identity needs a role");
        }
        aggregators = Set.copyOf(aggregators);
        if (role.seesEveryRow() != aggregators.isEmpty()) {
            throw new IllegalArgumentException(
                    role.seesEveryRow()
                            ? "the role " + role.wireName() + " sees all aggregators, so none is named"
                            : "the role " + role.wireName() + " needs the aggregators whose rows it may see");
        }
    }
}
