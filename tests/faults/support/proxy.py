"""A TCP proxy on this machine that can stall, and can change where it forwards to."""

import contextlib
import socket
import threading


class Proxy:
    """Forwards connections to a port. While it stalls, it accepts connections and bytes and keeps them, as a
    network does that has lost every packet since; afterwards it forwards them."""

    def __init__(self, run, port):
        self.target = port
        self.is_forwarding = threading.Event()
        self.is_forwarding.set()
        self.lock = threading.Lock()
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        run.undo.callback(self.close)

    def stall(self):
        self.is_forwarding.clear()

    def forward(self):
        self.is_forwarding.set()

    def switch(self, port):
        """Ends all connections, and forwards new ones to another port."""
        self.target = port
        self.cut()
        self.forward()

    def cut(self):
        with self.lock:
            sockets, self.sockets = self.sockets, set()
        for connection in sockets:
            end_connection(connection)

    def close(self):
        self.listener.close()
        self.cut()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.keep(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def keep(self, connection):
        with self.lock:
            self.sockets.add(connection)

    def serve(self, client):
        self.is_forwarding.wait()
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            end_connection(client)
            return
        server.settimeout(None)
        for connection in (client, server):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.keep(server)
        to_server, to_client = self.filters()
        threading.Thread(target=self.copy, args=(client, server, to_server), daemon=True).start()
        self.copy(server, client, to_client)

    def filters(self):
        """The functions that return what is forwarded of received bytes, of each direction of a connection.
        One that returns None ends the connection."""
        return bytes, bytes

    def copy(self, source, destination, filter):
        with contextlib.suppress(OSError):
            while received := source.recv(65536):
                self.is_forwarding.wait()
                if (forwarded := filter(received)) is None:
                    break
                destination.sendall(forwarded)
        for connection in (source, destination):
            end_connection(connection)
            with self.lock:
                self.sockets.discard(connection)


def end_connection(connection):
    # Wakes the threads that read from it; closing alone does not.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
