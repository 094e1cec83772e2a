"""An HTTP proxy that leads host names of the world to ports of this machine."""

from __future__ import annotations

import select
import socket
import socketserver
import threading


class ConnectProxy:
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
