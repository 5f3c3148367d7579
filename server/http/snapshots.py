"""The bootstrap file, resumable."""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse

from app.wire.registers import Role, SnapshotManifest
from server.http.access import EVERYBODY, Allowed
from server.http.messages import ERRORS, PROBLEM_CONTENT, answer, documented
from server.parts import parts_of
from server.refusals import NotFound

router = APIRouter(tags=["Sync"], dependencies=[Depends(Allowed(*EVERYBODY, Role.SERVICE))])
CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"description": ERRORS[404], "content": PROBLEM_CONTENT}
}


@router.get("/v1/snapshot", summary="The newest bootstrap file", **documented(SnapshotManifest))
async def manifest(
    request: Request, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Where the newest file is, how large, and its hash. 304 when `If-None-Match` names it."""
    newest = await parts_of(request).snapshots.manifest()
    headers = {"ETag": f'"{newest.sha256}"', "Cache-Control": "no-cache"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return answer(newest, headers=headers)


@router.get(
    "/v1/snapshot/{name}",
    summary="Download a bootstrap file",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/zstd": {}}},
        206: {"description": "The rest of the file."},
        416: {"description": "The file is not that long."},
        **_NOT_FOUND,
    },
)
async def download(
    request: Request,
    name: str,
    wanted: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """A plain SQLite file, compressed with zstd; `Range` with `If-Range` resumes a download."""
    path = parts_of(request).snapshots.file(name)
    if path is None:
        raise NotFound("NO_SNAPSHOT", "That file is no longer kept: ask /v1/snapshot again.")
    size = path.stat().st_size
    etag = f'"{await asyncio.to_thread(_sha256, path, 0, size)}"'
    span = _span(wanted, size) if if_range in (None, etag) else None
    if span is not None and span[0] >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Length": str(end - start),
        "Content-Digest": await asyncio.to_thread(_digest, path, start, end),
    }
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        _chunks(path, start, end),
        status_code=200 if span is None else 206,
        headers=headers,
        media_type="application/zstd",
    )


def _span(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First and behind-last byte of a simple range; anything else means the whole file."""
    match = _RANGE.fullmatch(wanted or "")
    if match is None:
        return None
    start, last = int(match[1]), match[2]
    return start, min(int(last) + 1, size) if last else size


async def _chunks(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end:
            chunk = await asyncio.to_thread(file.read, min(CHUNK, end - start))
            start += len(chunk)
            yield chunk


def _hash(path: Path, start: int, end: int) -> "hashlib._Hash":
    state = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        while start < end:
            chunk = file.read(min(CHUNK, end - start))
            state.update(chunk)
            start += len(chunk)
    return state


def _sha256(path: Path, start: int, end: int) -> str:
    return _hash(path, start, end).hexdigest()


def _digest(path: Path, start: int, end: int) -> str:
    return f"sha-256=:{base64.b64encode(_hash(path, start, end).digest()).decode()}:"
