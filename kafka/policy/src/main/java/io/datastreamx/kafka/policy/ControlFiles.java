package io.datastreamx.kafka.policy;

import io.datastreamx.contract.policy.ControlRecord;
import io.datastreamx.lake.Lake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The control records that the lake keeps, one file each.
 *
 * @param records oldest first
 * @param refused files that hold none, with the reason
 */
record ControlFiles(List<ControlRecord> records, List<String> refused) {
    /** @param kind with which names begin: {@code policy}; empty for all kinds */
    static ControlFiles read(Lake lake, String kind) {
        List<ControlRecord> records = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (String name : lake.files().list(lake.controlFolder())) {
            if (name.contains(":") && name.startsWith(kind)) {
                try {
                    records.add(ControlRecord.read(lake.files().read(lake.controlFolder() + "/" + name)));
                } catch (IllegalArgumentException e) {
                    refused.add(name + " (" + e.getMessage() + ")");
                }
            }
        }
        records.sort(Comparator.comparing(ControlRecord::eventTime));
        return new ControlFiles(records, refused);
    }
}
