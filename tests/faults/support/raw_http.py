"""Requests over kept connections, by asyncio and with little work for each: a load shares the machine with
the server that it is for."""

import asyncio
import json


def request_bytes(method, path, token=None, body=None):
    """A request as it is sent; `body` is made JSON unless it is bytes."""
    head = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    if token:
        head.append(f"x-api-key: {token}")
    if body is None:
        return "\r\n".join(head).encode() + b"\r\n\r\n"
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head += ["content-type: application/json", f"content-length: {len(content)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


class Connection:
    """A kept connection to a server of this machine, from an address of this machine. It is opened by the
    first request, and again after the server has ended it."""

    def __init__(self, port, source="127.0.0.1"):
        self.port, self.source = port, source
        self.reader = self.writer = None

    async def request(self, text):
        """Sends a request and returns its status and its body. A request is sent once more if the server has
        ended the connection, which was idle, before it."""
        is_kept = self.writer is not None
        try:
            return await self.exchange(text)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            if not is_kept:
                raise
        return await self.exchange(text)

    async def exchange(self, text):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.source, 0)
            )
        self.writer.write(text)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        headers = head.lower()
        if b"\r\ntransfer-encoding: chunked" in headers:
            body = await self.read_chunks()
        else:
            at = headers.find(b"\r\ncontent-length: ")
            length = int(headers[at + 18 : headers.index(b"\r\n", at + 18)]) if at >= 0 else 0
            body = await self.reader.readexactly(length)
        if b"\r\nconnection: close" in headers:
            self.close()
        return status, body

    async def read_chunks(self):
        body = b""
        while size := int((await self.reader.readline()).split(b";")[0], 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readline()
        return body

    def close(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None
