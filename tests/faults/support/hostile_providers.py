"""Providers that answer with whatever holds up a client, each at an address of its own, all in one process.

    python3 hostile_providers.py FIRST COUNT PORT

Listens at PORT of the COUNT addresses from 127.0.1.FIRST on. The script of a provider is the next one of
`SCRIPTS`. The endless ones are paced, because all of them share the machine with the server: 1 MB a second
each.
"""

import asyncio
import os
import sys

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
# 1 MiB of small objects.
MAPS = b'{"data":[' + b",".join([b'{"a":0}'] * 131_000) + b"]}"

# An interim response.
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"

# How much is written at once, and the pause afterwards.
PART, PAUSE = 20_000, 0.02


async def repeat(writer, first, part, pause=PAUSE):
    writer.write(first)
    while not writer.is_closing():
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)


async def endless_head(writer):
    await repeat(writer, HEAD, b"x-more: %s\r\n" % (b"a" * PART))


async def endless_interim_heads(writer):
    await repeat(writer, b"", EARLY_HINTS * (PART // len(EARLY_HINTS)))


async def dripping_body(writer):
    await repeat(writer, HEAD + b"content-length: 1000000\r\n\r\n", b" ", 0.5)


async def endless_chunks(writer):
    await repeat(writer, CHUNKED, b"1\r\n \r\n" * (PART // 6))


async def endless_events(writer):
    events = b": comment\n\n" * (PART // 11)
    await repeat(
        writer,
        CHUNKED.replace(b"application/json", b"text/event-stream"),
        b"%x\r\n%s\r\n" % (len(events), events),
    )


async def many_maps(writer):
    writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(MAPS) + MAPS)
    await writer.drain()


async def silence(writer):
    await asyncio.sleep(120)


async def half_an_answer(writer):
    writer.write(HEAD + b"content-length: 1000\r\n\r\n" + b'{"data":[')


SCRIPTS = (
    endless_head,
    endless_interim_heads,
    dripping_body,
    endless_chunks,
    endless_events,
    many_maps,
    silence,
    half_an_answer,
)


async def serve(script, reader, writer):
    try:
        await reader.readuntil(b"\r\n\r\n")
        await script(writer)
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        # The server has ended the connection.
        pass
    finally:
        writer.transport.abort()


async def main(first, count, port):
    for number in range(count):
        script = SCRIPTS[number % len(SCRIPTS)]

        async def accept(reader, writer, script=script):
            await serve(script, reader, writer)

        await asyncio.start_server(accept, f"127.0.1.{first + number}", port, backlog=256)
    await asyncio.Event().wait()


if __name__ == "__main__":
    # The load comes from other machines in earnest, and takes nothing from the server there.
    os.nice(10)
    asyncio.run(main(*map(int, sys.argv[1:])))
