"""The Batches API as we need it: through the provider's credentials and the official client, patient with what passes, plain about what does not."""

from __future__ import annotations

import logging
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cached_property
from typing import Iterator

from airflow.exceptions import AirflowException, AirflowFailException
from google.api_core import exceptions as api
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.cloud.dataproc_v1 import Batch, BatchControllerClient
from google.longrunning import operations_pb2

from datastreamx_dags.settings import DataprocSettings

log = logging.getLogger(__name__)
State = Batch.State
LIVE = frozenset({State.STATE_UNSPECIFIED, State.PENDING, State.RUNNING})
ENDED = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})
_PASSING = if_exception_type(api.ServiceUnavailable, api.InternalServerError, api.BadGateway, api.GatewayTimeout, api.TooManyRequests, api.Aborted, api.Unknown)
_PAGE = 500


class Batches:
    """:param settings: project, region and connection"""

    def __init__(self, settings: DataprocSettings):
        self._settings = settings
        self._parent = f"projects/{settings.project}/locations/{settings.region}"

    def get(self, batch_id: str) -> Batch | None:
        with self._explained(f"look at batch {batch_id}"):
            try:
                return self._client.get_batch(name=self._name(batch_id), retry=self._retry, timeout=30)
            except api.NotFound:
                return None

    def create(self, batch_id: str, batch: Batch) -> None:
        """Returns when the batch exists, whoever made it: an answer may get lost and the call be repeated, so that ALREADY_EXISTS says that it worked."""
        request = {"parent": self._parent, "batch": batch, "batch_id": batch_id, "request_id": str(uuid.uuid4())}
        with self._explained(f"create batch {batch_id}"):
            try:
                self._client.create_batch(request=request, retry=self._retry, timeout=60)
                log.info("created batch %s", batch_id)
            except api.AlreadyExists:
                log.info("batch %s exists already", batch_id)

    def delete(self, batch_id: str) -> None:
        """Of a batch that has ended. One that is gone, or that lives again because somebody else was faster, is left alone."""
        with self._explained(f"delete batch {batch_id}"):
            try:
                self._client.delete_batch(name=self._name(batch_id), retry=self._retry, timeout=30)
            except (api.NotFound, api.FailedPrecondition):
                log.info("batch %s is gone already, or has been created anew", batch_id)

    def cancel(self, batch: Batch) -> None:
        """Asks for the end; the batch passes through CANCELLING to CANCELLED. One that has ended stays as it is."""
        with self._explained(f"cancel batch {batch.name}"):
            try:
                self._client.cancel_operation(operations_pb2.CancelOperationRequest(name=batch.operation), retry=self._retry, timeout=30)
            except (api.NotFound, api.FailedPrecondition):
                log.info("batch %s had ended", batch.name)

    def since(self, moment: datetime) -> list[Batch]:
        """Batches of this environment created after the moment, the latest first. Labels are compared here: the API documents no filter on them."""
        text = moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        request = {"parent": self._parent, "page_size": _PAGE, "filter": f'create_time > "{text}"', "order_by": "create_time desc"}
        with self._explained("list the batches"):
            pages = self._client.list_batches(request=request, retry=self._retry, timeout=60)
            return [batch for batch in pages if batch.labels.get("dsx-environment") == self._settings.environment]

    @cached_property
    def _client(self) -> BatchControllerClient:
        from airflow.providers.google.cloud.hooks.dataproc import DataprocHook

        return DataprocHook(gcp_conn_id=self._settings.gcp_conn_id).get_batch_client(self._settings.region)

    @cached_property
    def _retry(self) -> Retry:
        return Retry(predicate=_PASSING, initial=min(1.0, self._settings.poll_seconds), maximum=20, timeout=self._settings.patience_seconds)

    def _name(self, batch_id: str) -> str:
        return f"{self._parent}/batches/{batch_id}"

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        s = self._settings
        failed = f"could not {what} in {s.project}, {s.region}"
        try:
            yield
        except (api.Unauthenticated, GoogleAuthError) as e:
            raise AirflowException(
                f"{failed}: the credentials of connection {s.gcp_conn_id} were refused ({e}). A token has expired or its key was revoked: "
                "renew the key, or let the connection use the environment's service account; then clear this task"
            ) from e
        except api.PermissionDenied as e:
            raise AirflowFailException(
                f"{failed}: {e.message}. Give the service account of connection {s.gcp_conn_id} roles/dataproc.editor on the project, and "
                "roles/iam.serviceAccountUser on the batch's own service account; then clear this task"
            ) from e
        except (api.InvalidArgument, api.FailedPrecondition) as e:
            raise AirflowFailException(
                f"{failed}: {e.message}. Correct the template in {s.templates}/{s.environment}, or the Variable's region; then clear this task"
            ) from e
        except api.NotFound as e:
            raise AirflowFailException(f"{failed}: {e.message}. Do project and region of the Variable exist, with the Dataproc API enabled?") from e
        except api.RetryError as e:
            raise AirflowException(
                f"{failed}: no answer for {s.patience_seconds:.0f} s, last: {e.cause}. The task's retry attaches to whatever runs by then. "
                f"If this goes on: is {s.region} right, and can workers reach {s.region}-dataproc.googleapis.com?"
            ) from e
        except api.GoogleAPICallError as e:
            raise AirflowException(f"{failed}: {e}. The task's retry attaches to whatever runs by then") from e
