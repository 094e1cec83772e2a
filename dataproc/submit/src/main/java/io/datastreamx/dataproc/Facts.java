package io.datastreamx.dataproc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastreamx.contract.night.StepName;
import io.datastreamx.contract.table.Table;
import io.datastreamx.process.ExitCode;
import java.util.List;
import java.util.Locale;

/**
 * What the DAGs go by and do not repeat: the steps of a night, the tables that it brings into force, what exit codes
 * mean, prices, and runtimes. They read it from {@code datastreamx_dags/facts.json}.
 */
final class Facts {
    static final String FILE = "facts.json";
    private static final List<Table> PUBLISHED = List.of(Table.BATCH_ROLLUPS, Table.AD_OPPORTUNITIES);

    private Facts() {}

    static ObjectNode rendered(Prices prices, Runtimes runtimes) {
        ObjectNode facts = Bodies.JSON.createObjectNode();
        ArrayNode steps = facts.putArray("steps");
        for (StepName step : StepName.values()) {
            steps.addObject().put("name", step.code()).put("part", part(step));
        }
        ArrayNode tables = facts.putArray("tables");
        PUBLISHED.forEach(table -> tables.add(table.title()));
        ObjectNode exitCodes = facts.putObject("exit_codes");
        for (ExitCode exit : ExitCode.values()) {
            exitCodes.put(exit.name().toLowerCase(Locale.ROOT), exit.code());
        }
        facts.set("prices", prices.rendered());
        ObjectNode serverless = facts.putObject("runtimes");
        runtimes.serverless().forEach((version, runtime) -> serverless
                .putObject(version)
                .put("spark", runtime.spark())
                .put("supported_until", runtime.supportedUntil().toString()));
        return facts;
    }

    /** Which part of a night a step belongs to, if to any; what a failure means depends on it. */
    private static String part(StepName step) {
        if (step.learns()) {
            return "learning";
        }
        return switch (step) {
            case MAINTAIN -> "maintenance";
            case ROLLBACK -> "rollback";
            default -> "tables";
        };
    }
}
