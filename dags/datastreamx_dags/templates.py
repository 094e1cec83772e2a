"""From a rendered template to the body of a batch: only arguments and labels are added."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

from google.cloud.dataproc_v1 import Batch
from google.protobuf.json_format import ParseError

from datastreamx_dags import facts
from datastreamx_dags.jobs import Job
from datastreamx_dags.settings import DataprocSettings, SettingsError

log = logging.getLogger(__name__)
_WARN_BEFORE = timedelta(days=60)


def ttl(batch: Batch) -> timedelta | None:
    """After this time Dataproc ends the batch, whatever it is doing."""
    return batch.environment_config.execution_config.ttl or None


def render(settings: DataprocSettings, job: Job, today: date) -> Batch:
    """:raises SettingsError: where the template is missing, is not a batch, or would run at the wrong place, without an end, or on a runtime that is gone"""
    path = Path(settings.templates, settings.environment, f"{job.name}.json")
    try:
        batch = Batch.from_json(path.read_text(), ignore_unknown_fields=False)
    except FileNotFoundError:
        raise SettingsError(
            f"there is no template {path}; render it (dsx submit {job.name} --env {settings.environment}, see dataproc/README.md) and copy it there"
        ) from None
    except ParseError as e:
        raise SettingsError(f"{path} is not a Batch of the Dataproc API: {e}. Render it again with this version of dsx submit") from e
    _check(settings, batch, path, today)
    batch.spark_batch.args.extend(job.args)
    batch.labels.update(
        {
            "dsx-environment": settings.environment,
            "dsx-job": job.name,
            "dsx-step": job.step,
            "dsx-run": job.label,
            **job.labels,
            **job.owner.labels(),
        }
    )
    return batch


def _check(settings: DataprocSettings, batch: Batch, path: Path, today: date) -> None:
    if not batch.spark_batch.main_class:
        raise SettingsError(f"{path} has no sparkBatch.mainClass; our jobs are main classes in a jar")
    if ttl(batch) is None:
        raise SettingsError(f"{path} has no environmentConfig.executionConfig.ttl; without one a batch that hangs is ended, and billed, after 4 hours")
    subnet = batch.environment_config.execution_config.subnetwork_uri
    if "/regions/" in f"/{subnet}" and f"regions/{settings.region}/" not in subnet:
        raise SettingsError(f"{path} has the subnet {subnet}, which is not in {settings.region}, the region of the Variable; use a template of that region")
    version = batch.runtime_config.version
    runtimes = facts.load().runtimes
    known = runtimes.get(".".join(version.split(".")[:2]))
    if known is None:
        raise SettingsError(f"{path} wants runtime {version or '(the default, which changes)'}; known to work are {', '.join(runtimes)} (facts.json)")
    end = known.supported_until
    if today > end:
        raise SettingsError(f"runtime {version} of {path} lost its support on {end}; render the template with a later one, and see that the tests pass on it")
    if today > end - _WARN_BEFORE:
        log.warning("runtime %s loses its support on %s; move %s to a later one before", version, end, path)
