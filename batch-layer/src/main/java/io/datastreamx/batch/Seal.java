package io.datastreamx.batch;

import io.datastreamx.contract.ledger.LedgerEntry;
import io.datastreamx.lake.Ledger;
import io.datastreamx.lake.Versions;
import java.util.List;
import java.util.Optional;

/**
 * Fixes the cut and the version's name. All later steps read them from the run's state, however much the log has grown.
 */
final class Seal implements Step {
    @Override
    public Outcome run(Night night) {
        List<LedgerEntry> complete = new Ledger(night.lake()).entries();
        if (complete.isEmpty()) {
            throw new IllegalArgumentException("nothing to do: no complete ingest batch yet; is ingest running?");
        }
        long last = complete.get(complete.size() - 1).batch();
        long until = night.until().orElse(last);
        if (until > last) {
            throw new IllegalArgumentException("--until " + until + " lies beyond the last complete ingest batch, "
                    + last + "; wait for ingest or choose an earlier one");
        }
        long cut = complete.stream()
                .mapToLong(LedgerEntry::batch)
                .filter(batch -> batch <= until)
                .max()
                .orElseThrow(
                        () -> new IllegalArgumentException("--until " + until + " lies before the first ingest batch, "
                                + complete.get(0).batch()));
        Versions versions = night.lake().versions().read();
        Optional<Versions.Entry> active = versions.inForce();
        if (active.isPresent() && cut < active.get().cut()) {
            throw new IllegalArgumentException(
                    "the version in force covers ingest batches up to "
                            + active.get().cut() + ", so a night up to " + cut
                            + " would step back, where live rows may be gone already; use `dsx batch --rollback` to return to the previous version");
        }
        return Outcome.done(new Sealed(
                cut,
                Sealed.versionOf(cut, night.run().id()),
                night.clock().instant().toString(),
                versions.entries().size(),
                night.full(),
                active.map(Sealed.Base::of).orElse(null)));
    }
}
