"""Nights up to given positions of the log, one after the other: after an outage of nights, or after importing a history."""

from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk import DAG, Param, task

from datastreamx_dags import alerts, plans
from datastreamx_dags.operators import NightOperator

DOC = f"""
**Owner: datastreamx-operators.** Runs up to {plans.MOST} whole nights, each up to a later ingest batch. A night always rebuilds the whole history up to its cut, so *one* night
makes up for any number that were missed (`nights` = 1, the default); choose more where versions or models of positions in between are wanted. Positions that the
version in force covers already are refused: to step back, use `dsx batch --rollback`.

`dry_run` (the default) prints the plan and does nothing. Nights run one at a time, `pause_minutes` apart, so that they leave room for others.

**When a night fails**, those before it are in force; clear the failed task. A night keeps its run id (`backfill-<logical date>-<cut>`), so nothing is done twice.
"""

with DAG(
    dag_id="backfill",
    description="Bounded, rate-limited nights up to given positions",
    doc_md=DOC,
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=1,
    dagrun_timeout=timedelta(days=3),
    default_args=alerts.defaults(),
    tags=["datastreamx", "batch", "backfill"],
    params={
        "from_batch": Param(None, type=["null", "integer"], minimum=-1, description="Exclusive; empty: what the version in force covers."),
        "until_batch": Param(None, type=["null", "integer"], minimum=0, description="Inclusive; empty: the last complete ingest batch."),
        "nights": Param(1, type="integer", minimum=1, maximum=plans.MOST, description="How many nights share the range."),
        "pause_minutes": Param(10, type="integer", minimum=0, maximum=24 * 60, description="Between two nights."),
        "dry_run": Param(True, type="boolean", description="Only print the plan."),
    },
) as dag:

    @task(retries=0)
    def plan(params: dict | None = None) -> list[int]:
        """The cuts, earliest first."""
        from datastreamx_dags import backends

        status = backends.choose().status() if params["from_batch"] is None or params["until_batch"] is None else {}
        try:
            cuts = plans.cuts(params["from_batch"], params["until_batch"], params["nights"], status)
        except ValueError as e:
            raise AirflowFailException(str(e)) from e
        for cut in cuts:
            print(f"a night up to ingest batch {cut}")
        if params["dry_run"]:
            raise AirflowSkipException(f"dry run: {len(cuts)} nights would run, up to ingest batches {', '.join(map(str, cuts))}")
        return cuts

    NightOperator.partial(
        task_id="night",
        run_prefix="backfill-",
        pause_seconds="{{ params.pause_minutes * 60 }}",
        max_active_tis_per_dagrun=1,
        doc_md="`dsx batch --run backfill-ID-CUT --until CUT`.",
    ).expand(until=plan())
