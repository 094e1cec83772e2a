package io.datastreamx.serving.access;

import com.fasterxml.jackson.core.type.TypeReference;
import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.contract.access.Role;
import io.datastreamx.process.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has which role, for issuers whose tokens do not say: a JSON file {@code [{"member": address or subject, "role",
 * "aggregators"}]}. Whoever is not named is not let in. Read again when it has changed. Thread-safe.
 */
final class Members {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private record Member(String member, String role, Set<String> aggregators) {}

    private final Path file;
    private FileTime read;
    private volatile Map<String, Identity> byName;

    /** @throws CannotRunException where the file cannot be read */
    Members(Path file) {
        this.file = file;
        try {
            load();
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotRunException("serving.access.members-file " + file + " cannot be used: " + reason(e), e);
        }
    }

    /** A file that cannot be read leaves the members that were. */
    synchronized void refresh() {
        try {
            if (!Files.getLastModifiedTime(file).equals(read)) {
                load();
                LOG.info("{} members", byName.size());
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} cannot be used: {}; the members of before are known", file, reason(e));
        }
    }

    /** @param email may be null */
    Identity identity(String subject, String email) throws SignInException {
        Identity byAddress = email == null ? null : byName.get(email.toLowerCase(Locale.ROOT));
        Identity found = byAddress == null ? byName.get(subject.toLowerCase(Locale.ROOT)) : byAddress;
        if (found == null) {
            throw new SignInException((email == null ? subject : email) + " is signed in, but is no member here");
        }
        return found;
    }

    private void load() throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        List<Member> members =
                ContractJson.MAPPER.readValue(Files.readAllBytes(file), new TypeReference<List<Member>>() {});
        Map<String, Identity> found = new HashMap<>();
        for (Member member : members) {
            Role role = Role.named(String.valueOf(member.role()))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "member " + member.member() + " has the role '" + member.role() + "', which there is not"));
            Identity identity =
                    new Identity(member.member(), role, member.aggregators() == null ? Set.of() : member.aggregators());
            if (found.put(identity.subject().toLowerCase(Locale.ROOT), identity) != null) {
                throw new IllegalArgumentException("member " + member.member() + " stands there twice");
            }
        }
        byName = Map.copyOf(found);
        read = changed;
    }

    private static String reason(Exception e) {
        return e instanceof IOException unreadable ? ContractJson.reason(unreadable) : e.getMessage();
    }
}
