"""Which nights a backfill runs."""

from __future__ import annotations

MOST = 31


def cuts(from_batch: int | None, until_batch: int | None, nights: int, status: dict | None) -> list[int]:
    """
    Cuts that divide the range evenly, ascending; the last is ``until_batch``.

    :param from_batch: exclusive; None: the cut in force according to ``status``
    :param until_batch: inclusive; None: the last complete ingest batch according to ``status``
    :raises ValueError: where the range is unknown or empty
    """
    if status is None:
        raise ValueError("give from_batch and until_batch: without serving_url in the Variable, what is in force cannot be asked")
    first = status.get("cut") if from_batch is None else from_batch
    last = status.get("ingest_batch") if until_batch is None else until_batch
    first = -1 if first is None else first
    if last is None:
        raise ValueError("there is no complete ingest batch yet, so there is nothing to rebuild; is ingest running?")
    if last <= first:
        raise ValueError(f"nothing to do: the version in force, or from_batch, covers ingest batches up to {first}, and the range ends at {last}")
    wanted = min(nights, last - first, MOST)
    return sorted({first + (last - first) * number // wanted for number in range(1, wanted + 1)})
