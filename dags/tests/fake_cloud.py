"""
Dataproc behind its real transport: gRPC over TLS under Google's host names, reached through an HTTP proxy that leads there. Nothing of the code under test is
replaced; it runs the provider's hook, the provider's trigger and the official client.
"""

from __future__ import annotations

import json
from concurrent import futures
from pathlib import Path

import grpc
from connect_proxy import ConnectProxy
from fake_dataproc import PROJECT, REGION, FakeDataproc
from google.cloud import dataproc_v1 as dataproc
from google.cloud.dataproc_v1 import Batch
from google.longrunning import operations_pb2
from google.protobuf import empty_pb2
from throwaway_keys import certificate, service_account


class Cloud:
    """The fake's server, the proxy before it, and the files that a client needs: a trust store and a service account's key."""

    def __init__(self, folder: Path):
        self.folder = folder
        key, signed = certificate("*.googleapis.com")
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(signed)
        self.account = folder / "account.json"
        self.account.write_text(json.dumps(service_account(PROJECT)))
        self.fake = FakeDataproc()
        self._server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
        self._server.add_generic_rpc_handlers([_Delegate(self)])
        self._port = self._server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, signed)]))
        self._server.start()
        self._proxy = ConnectProxy({f"{REGION}-dataproc.googleapis.com:443": self._port})

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
