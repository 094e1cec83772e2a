"""The one place that chooses where jobs run."""

from __future__ import annotations

from datastreamx_dags import settings
from datastreamx_dags.backend import Backend


def choose() -> Backend:
    """The backend that the Variable names. Only tasks call this: Google's libraries are loaded here, and take seconds."""
    chosen = settings.load()
    if isinstance(chosen, settings.LocalSettings):
        from datastreamx_dags.local import LocalBackend

        return LocalBackend(chosen)
    from datastreamx_dags.dataproc import DataprocBackend

    return DataprocBackend(chosen)
