package io.datastreamx.serving.access;

import io.datastreamx.contract.ContractJson;
import io.datastreamx.contract.access.Identity;
import io.datastreamx.process.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who asked what, what came of it and how long it took: one JSON object a line. A file that has grown large makes way
 * for a new one; one before it is kept. Without a file it goes to the log. Thread-safe.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long LARGE = 64 << 20;

    private final String file;
    private final Clock clock;

    /** @param file empty: to the log of the process */
    public AuditLog(String file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * @param identity null where nobody could tell who asks
     * @param question path and query, as they came
     */
    public void note(Identity identity, String method, String question, int status, long tookMs) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", clock.instant().toString());
        line.put("subject", identity == null ? null : identity.subject());
        line.put("role", identity == null ? null : identity.role().wireName());
        line.put("method", method);
        line.put("question", question);
        line.put("status", status);
        line.put("took_ms", tookMs);
        write(new String(ContractJson.bytes(line), StandardCharsets.UTF_8));
    }

    private synchronized void write(String line) {
        if (file.isEmpty()) {
            LOG.info("{}", line);
            return;
        }
        Path path = Path.of(file);
        try {
            if (Files.exists(path) && Files.size(path) > LARGE) {
                Files.move(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.exists(path)) {
                PrivateFile.create(path, new byte[0]);
            }
            Files.writeString(path, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.warn("not in the audit log, which cannot be written ({}): {}", e.toString(), line);
        }
    }
}
