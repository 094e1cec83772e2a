"""Every five minutes: are the streams alive and fresh, and does each have one writer with enough time left?"""

from datetime import datetime, timedelta, timezone

from airflow.sdk import DAG, Param, TriggerRule, task

from datastreamx_dags import alerts
from datastreamx_dags.operators import StreamOperator

DOC = """
**Owner: datastreamx-operators.** For every stream of the Variable: none alive → it is submitted, and goes on from its checkpoint; more than one → the younger are
cancelled; less than `handover_minutes` of its `ttl` left → it is looked at every half minute, as it ends by itself (`max-runtime` of its job), and its successor is submitted as soon as it has (one that has not ended when half of
that time is gone is cancelled; the successor goes on from the checkpoint all the same). A stream that ended five times within an hour is not
started again, so that a crash loop does not bill. `freshness` asks the serving layer how old answers are, and of which night the tables in force.

**When `tend` fails**, read its error: it names the batch and links to the driver's log. The log of events is in Kafka for 48 hours: nothing is lost before that.
**When `freshness` fails** while `tend` does not: ingest does not keep up (more executors in its template), or serving does not follow; or the tables are old (see `nightly`).
**When `lateness` fails**, `nightly` or `maintenance` has not succeeded in time; it names the run. Look at that run. (On the first day after setting up it fails until the first due run.)
**To stop a stream on purpose**, pause this DAG first, or take the stream out of the Variable (`orphan_reaper` then ends it).
"""

with DAG(
    dag_id="speed_watchdog",
    description="Streams alive, fresh, with one writer, succeeded before their ttl",
    doc_md=DOC,
    schedule="*/5 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=30),
    default_args={**alerts.defaults(), "retries": 1},
    tags=["datastreamx", "streams"],
    params={
        "handover_minutes": Param(90, type="integer", minimum=5, maximum=24 * 60, description="So long before its ttl a stream may be ending by itself; more than ttl minus max-runtime of its job."),
        "max_age_seconds": Param(300, type="integer", minimum=1, description="Answers may be so old while records wait."),
        "max_table_hours": Param(30, type="integer", minimum=1, description="The night of the tables in force may be so long ago."),
    },
) as dag:

    @task
    def streams() -> list[str]:
        """The streams of this environment."""
        from datastreamx_dags import backends

        return backends.choose().streams()

    tend = StreamOperator.partial(
        task_id="tend", handover_minutes="{{ params.handover_minutes }}", doc_md="One mapped task for each stream; waits, deferred, while a stream is ending."
    ).expand(stream=streams())

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def freshness(params: dict | None = None):
        """Fails where answers or tables are older than allowed."""
        from airflow.exceptions import AirflowException

        from datastreamx_dags import backends
        from datastreamx_dags.freshness import complaint

        status = backends.choose().status()
        if status is None:
            return "not asked: the Variable has no serving_url"
        stale = complaint(status, params["max_age_seconds"], datetime.now(timezone.utc), params["max_table_hours"])
        if stale:
            raise AirflowException(stale)
        return f"fresh: {status.get('lag_records')} records behind, version {status.get('version')}"

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def lateness(ti=None):
        """Fails where a due run of another DAG has not succeeded in time."""
        from airflow.exceptions import AirflowException

        def count(dag_id, due, states):
            return ti.get_dr_count(dag_id=dag_id, logical_dates=[due], states=states)

        found = alerts.late(datetime.now(timezone.utc), count)
        if found:
            raise AirflowException("; ".join(found))

    tend >> [freshness(), lateness()]
