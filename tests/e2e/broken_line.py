"""A line that breaks where a test says: a small TCP relay between a counter and the office."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

UPLOAD = b"POST /v1/outbox "
Mangle = Callable[[bytes], bytes]


def swallowed(answer: bytes) -> bytes:
    """Nothing of the answer arrives."""
    return b""


def truncated(answer: bytes) -> bytes:
    """The answer breaks off in the middle of its body."""
    return answer[: answer.index(b"\r\n\r\n") + 20]


def altered(answer: bytes) -> bytes:
    """The length is right, a byte of the body is not."""
    return answer[:-2] + b"!}"


def failed(answer: bytes) -> bytes:
    """The server did its work and fell over afterwards."""
    return b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops"


class BrokenLine:
    """Relays to the office; the answers to the next uploads are mangled, then the line closes.

    Each entry of `mangling` is used once. `handled` counts uploads that the office answered.
    """

    def __init__(self, office_port: int) -> None:
        self._office_port = office_port
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()
        self.mangling: list[Mangle] = []
        self.handled = 0

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _relay(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection("127.0.0.1", self._office_port)
        watch = _Watch()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forth(near, forth, watch))
                group.create_task(self._back(far, back, watch))
        except* (ConnectionError, _HungUp):
            pass
        finally:
            forth.close()
            back.close()

    async def _forth(
        self, near: asyncio.StreamReader, forth: asyncio.StreamWriter, watch: "_Watch"
    ) -> None:
        while chunk := await near.read(65536):
            watch.is_upload = UPLOAD in chunk or (watch.is_upload and b" /" not in chunk[:12])
            forth.write(chunk)
            await forth.drain()
        raise _HungUp

    async def _back(
        self, far: asyncio.StreamReader, back: asyncio.StreamWriter, watch: "_Watch"
    ) -> None:
        while chunk := await far.read(65536):
            if watch.is_upload:
                chunk += await _rest(chunk, far)
                self.handled += 1
                watch.is_upload = False
                if self.mangling:
                    back.write(self.mangling.pop(0)(chunk))
                    await back.drain()
                    break
            back.write(chunk)
            await back.drain()
        raise _HungUp


@asynccontextmanager
async def broken_line(office_port: int) -> AsyncIterator[BrokenLine]:
    """A line to the office, sound at first."""
    line = BrokenLine(office_port)

    async def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        line._links.add(task)
        try:
            await line._relay(near, back)
        finally:
            line._links.discard(task)

    line._server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield line
    finally:
        line._server.close()
        for link in tuple(line._links):
            link.cancel()
        await asyncio.gather(*line._links, return_exceptions=True)


class _Watch:
    """Whether the answer that comes next is the answer to an upload."""

    is_upload = False


class _HungUp(Exception):
    """One side has closed; the other is closed as well."""


async def _rest(head: bytes, far: asyncio.StreamReader) -> bytes:
    """What is missing of an answer with a content-length."""
    fields, _, body = head.partition(b"\r\n\r\n")
    lines = [line.lower() for line in fields.split(b"\r\n")]
    length = next(int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length:"))
    return await far.readexactly(length - len(body)) if len(body) < length else b""
