"""The Batches API: what Dataproc does with a request. Requests are parsed by the types of ``google.cloud.dataproc_v1``."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections import defaultdict, deque

import grpc
from google.cloud import dataproc_v1 as dataproc
from google.cloud.dataproc_v1 import Batch
from google.longrunning import operations_pb2
from google.protobuf import any_pb2, empty_pb2

State = Batch.State
ENDED = {State.SUCCEEDED, State.FAILED, State.CANCELLED}
_LONGEST_HOLD_SECONDS = 120
PROJECT, REGION = "my-project", "us-central1"


class FakeDataproc:
    """
    Batches move one state further with every look at them: PENDING, RUNNING, then what ``outcomes`` says for their step (SUCCEEDED when it says nothing).

    ``faults[method]`` holds what happens to the next calls: ``"unavailable"`` (nothing done), ``"lost"`` (done, but the answer gets lost), ``"held"``
    (done, but the answer waits for :attr:`released`), or a gRPC status code.
    """

    def __init__(self):
        self.batches: dict[str, Batch] = {}
        self.created: list[Batch] = []
        self.deleted: list[Batch] = []
        self.cancelled: list[str] = []
        self.calls: list[str] = []
        self.outcomes: dict[str, deque] = defaultdict(deque)
        self.faults: dict[str, deque] = defaultdict(deque)
        self.released = threading.Event()
        self.frozen = False
        self.invisible_looks = 0
        self.unmetered_looks = 0
        self.most_alive: dict[str, int] = defaultdict(int)
        self._requests: dict[str, str] = {}
        self._lock = threading.RLock()

    # ---- what tests do ----

    def only(self, step: str) -> Batch:
        found = [b for b in self.batches.values() if b.labels["dsx-step"] == step]
        assert len(found) == 1, f"{len(found)} batches of step {step}"
        return found[0]

    def put(self, batch_id: str, batch: Batch, state: State, created: dt.datetime, ended: dt.datetime | None = None) -> Batch:
        batch = Batch.deserialize(Batch.serialize(batch))
        self._admit(f"projects/{PROJECT}/locations/{REGION}/batches/{batch_id}", batch)
        batch.create_time = created
        self._move(batch, state)
        batch.state_time = ended or created
        return batch

    def starts(self, step: str) -> int:
        return sum(1 for b in self.created if b.labels["dsx-step"] == step)

    # ---- BatchController ----

    def create_batch(self, request: dataproc.CreateBatchRequest, context) -> operations_pb2.Operation:
        batch_id, batch = request.batch_id, request.batch
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{2,61}[a-z0-9]", batch_id):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"invalid batch id '{batch_id}'")
        for key, value in batch.labels.items():
            if not re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", key) or not re.fullmatch(r"[a-z0-9_-]{0,63}", value):
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"invalid label {key}={value}")
        if len(batch.labels) > 32:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "more than 32 labels")
        name = f"{request.parent}/batches/{batch_id}"
        if request.request_id in self._requests:
            return self._operation(self._requests[request.request_id])
        if name in self.batches:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"Already exists: Failed to create batch: Batch {name}")
        self._requests[request.request_id] = name
        self._admit(name, Batch.deserialize(Batch.serialize(batch)))
        return self._operation(name)

    def get_batch(self, request: dataproc.GetBatchRequest, context) -> Batch:
        batch = self._existing(request.name, context)
        if self.invisible_looks > 0:
            self.invisible_looks -= 1
            context.abort(grpc.StatusCode.NOT_FOUND, f"Not found: Batch {request.name}")
        answer = Batch.deserialize(Batch.serialize(batch))
        if not self.frozen:
            self._advance(batch)
        if answer.state in ENDED:
            if self.unmetered_looks > 0:
                self.unmetered_looks -= 1
            else:
                answer.runtime_info.approximate_usage = {"milli_dcu_seconds": 3_600_000, "shuffle_storage_gb_seconds": 2_628_000}
        return answer

    def list_batches(self, request: dataproc.ListBatchesRequest, context) -> dataproc.ListBatchesResponse:
        after = re.fullmatch(r'create_time > "([^"]+)"', request.filter)
        if not after or request.order_by != "create_time desc":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"the fake knows only the filter create_time > and the documented order, not '{request.filter}'")
        since = dt.datetime.fromisoformat(after[1].replace("Z", "+00:00"))
        found = sorted((b for b in self.batches.values() if b.create_time > since), key=lambda b: b.create_time, reverse=True)
        start, size = int(request.page_token or 0), min(request.page_size or 20, 2)
        end = start + size
        return dataproc.ListBatchesResponse(batches=found[start:end], next_page_token=str(end) if end < len(found) else "")

    def delete_batch(self, request: dataproc.DeleteBatchRequest, context) -> empty_pb2.Empty:
        batch = self._existing(request.name, context)
        if batch.state not in ENDED:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"Batch {request.name} is {batch.state.name}; only batches that ended can be deleted")
        self.deleted.append(self.batches.pop(request.name))
        return empty_pb2.Empty()

    def cancel_operation(self, request: operations_pb2.CancelOperationRequest, context) -> empty_pb2.Empty:
        batch = next((b for b in self.batches.values() if b.operation == request.name), None)
        if batch is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no operation {request.name}")
        if batch.state in (State.PENDING, State.RUNNING):
            self._move(batch, State.CANCELLING)
            self.cancelled.append(batch.name.rsplit("/", 1)[-1])
        return empty_pb2.Empty()

    # ---- inside ----

    def _existing(self, name: str, context) -> Batch:
        if name not in self.batches:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Not found: Batch {name}")
        return self.batches[name]

    def _admit(self, name: str, batch: Batch) -> None:
        batch.name, batch.uuid = name, str(uuid.uuid4())
        batch.operation = f"projects/{PROJECT}/regions/{REGION}/operations/{uuid.uuid4()}"
        batch.create_time = dt.datetime.now(dt.timezone.utc)
        self._move(batch, State.PENDING)
        self.batches[name] = batch
        self.created.append(batch)
        step = batch.labels.get("dsx-step", "")
        alive = sum(1 for b in self.batches.values() if b.labels.get("dsx-step") == step and b.state not in ENDED)
        self.most_alive[step] = max(self.most_alive[step], alive)

    def _operation(self, name: str) -> operations_pb2.Operation:
        metadata = dataproc.BatchOperationMetadata(batch=name, batch_uuid=self.batches[name].uuid)
        packed = any_pb2.Any()
        packed.Pack(dataproc.BatchOperationMetadata.pb(metadata))
        return operations_pb2.Operation(name=self.batches[name].operation, metadata=packed)

    def _advance(self, batch: Batch) -> None:
        if batch.state == State.PENDING:
            self._move(batch, State.RUNNING)
        elif batch.state == State.RUNNING:
            planned = self.outcomes[batch.labels.get("dsx-step", "")]
            outcome = planned.popleft() if planned else State.SUCCEEDED
            self._move(batch, outcome)
            if outcome == State.FAILED:
                batch.state_message = "Job failed with message [AnalysisException: the fake's reason]"
        elif batch.state == State.CANCELLING:
            self._move(batch, State.CANCELLED)

    @staticmethod
    def _move(batch: Batch, state: State) -> None:
        batch.state, batch.state_time = state, dt.datetime.now(dt.timezone.utc)
        batch.runtime_info.output_uri = f"gs://staging/{batch.uuid}/driveroutput"

    def handle(self, method: str, work):
        def call(request, context):
            with self._lock:
                self.calls.append(method)
                metadata = dict(context.invocation_metadata())
                if not str(metadata.get("authorization", "")).startswith("Bearer "):
                    context.abort(grpc.StatusCode.UNAUTHENTICATED, "Request is missing required authentication credential")
                fault = self.faults[method].popleft() if self.faults[method] else None
                if fault == "unavailable":
                    context.abort(grpc.StatusCode.UNAVAILABLE, "503: the service is currently unavailable")
                if isinstance(fault, grpc.StatusCode):
                    context.abort(fault, f"the fake was told to answer {fault.name}")
                answer = work(request, context)
                if fault == "lost":
                    context.abort(grpc.StatusCode.UNAVAILABLE, "the connection broke after the call was done")
            if fault == "held":
                self.released.wait(_LONGEST_HOLD_SECONDS)
            return answer

        return call
