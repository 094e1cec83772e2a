"""
The Batches API behind its real transport: gRPC over TLS under Google's host names, reached through an HTTP proxy that leads there. Nothing of the code under test is
replaced; it runs the provider's hook, the provider's trigger and the official client. Requests are parsed by the types of ``google.cloud.dataproc_v1``.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import re
import select
import socket
import socketserver
import threading
import uuid
from collections import defaultdict, deque
from concurrent import futures
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from google.cloud import dataproc_v1 as dataproc
from google.cloud.dataproc_v1 import Batch
from google.longrunning import operations_pb2
from google.protobuf import any_pb2, empty_pb2

State = Batch.State
ENDED = {State.SUCCEEDED, State.FAILED, State.CANCELLED}
PROJECT, REGION = "my-project", "us-central1"


class FakeDataproc:
    """
    Batches move one state further with every look at them: PENDING, RUNNING, then what ``outcomes`` says for their step (SUCCEEDED when it says nothing).

    ``faults[method]`` holds what happens to the next calls: ``"unavailable"`` (nothing done), ``"lost"`` (done, but the answer gets lost), or a gRPC status code.
    """

    def __init__(self):
        self.batches: dict[str, Batch] = {}
        self.created: list[Batch] = []
        self.deleted: list[Batch] = []
        self.cancelled: list[str] = []
        self.calls: list[str] = []
        self.outcomes: dict[str, deque] = defaultdict(deque)
        self.faults: dict[str, deque] = defaultdict(deque)
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
                return answer

        return call


def _services(fake: FakeDataproc) -> list[grpc.GenericRpcHandler]:
    def method(name, work, request, answer):
        return grpc.unary_unary_rpc_method_handler(fake.handle(name, work), request_deserializer=request, response_serializer=answer)

    empty = empty_pb2.Empty.SerializeToString
    return [
        grpc.method_handlers_generic_handler(
            "google.cloud.dataproc.v1.BatchController",
            {
                "CreateBatch": method("create", fake.create_batch, dataproc.CreateBatchRequest.deserialize, operations_pb2.Operation.SerializeToString),
                "GetBatch": method("get", fake.get_batch, dataproc.GetBatchRequest.deserialize, Batch.serialize),
                "ListBatches": method("list", fake.list_batches, dataproc.ListBatchesRequest.deserialize, dataproc.ListBatchesResponse.serialize),
                "DeleteBatch": method("delete", fake.delete_batch, dataproc.DeleteBatchRequest.deserialize, empty),
            },
        ),
        grpc.method_handlers_generic_handler(
            "google.longrunning.Operations",
            {"CancelOperation": method("cancel", fake.cancel_operation, operations_pb2.CancelOperationRequest.FromString, empty)},
        ),
    ]


class Cloud:
    """The fake's server, the proxy before it, and the files that a client needs: a trust store and a service account's key."""

    def __init__(self, folder: Path):
        self.folder = folder
        key, certificate = _certificate("*.googleapis.com")
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(certificate)
        self.account = folder / "account.json"
        self.account.write_text(json.dumps(_service_account()))
        self.fake = FakeDataproc()
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        self._server.add_generic_rpc_handlers([_Delegate(self)])
        self._port = self._server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
        self._server.start()
        self._proxy = _Proxy({f"{REGION}-dataproc.googleapis.com:443": self._port})

    def reset(self) -> FakeDataproc:
        self.fake = FakeDataproc()
        return self.fake

    def environment(self) -> dict[str, str]:
        extra = json.dumps({"key_path": str(self.account), "project": PROJECT})
        return {
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(self.roots),
            "grpc_proxy": f"http://127.0.0.1:{self._proxy.port}",
            "no_grpc_proxy": "localhost",
            "AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT": json.dumps({"conn_type": "google-cloud-platform", "extra": extra}),
        }

    def close(self) -> None:
        self._server.stop(None)
        self._proxy.close()


class _Delegate(grpc.GenericRpcHandler):
    """Lets each test have a fresh fake behind the one server."""

    def __init__(self, cloud: Cloud):
        self._cloud = cloud

    def service(self, handler_call_details):
        for handler in _services(self._cloud.fake):
            if (found := handler.service(handler_call_details)) is not None:
                return found
        return None


class _Proxy:
    """CONNECT host:port leads to the port of this machine that the host is mapped to; other hosts cannot be reached."""

    def __init__(self, hosts: dict[str, int]):
        outer = self
        self.hosts = hosts

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                line = self.rfile.readline().decode()
                while self.rfile.readline().strip():
                    pass
                port = outer.hosts.get(line.split()[1]) if line.startswith("CONNECT ") else None
                if port is None:
                    self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", port)) as upstream:
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _pump(self.connection, upstream)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _pump(one: socket.socket, other: socket.socket) -> None:
    peers = {one: other, other: one}
    while True:
        for ready in select.select(list(peers), [], [])[0]:
            try:
                data = ready.recv(65536)
                if not data:
                    return
                peers[ready].sendall(data)
            except OSError:
                return


def _certificate(host: str) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pem(key), certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _service_account() -> dict:
    """Signs its own tokens, so that no token server is asked."""
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "1",
        "private_key": _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)).decode(),
        "client_email": f"airflow@{PROJECT}.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
