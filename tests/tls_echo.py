"""A real TLS server that answers with what it knows about its client, for HTTP and WebSocket."""

import asyncio
import base64
import hashlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect

from app.transport.deadline import DeadlineTransport
from app.transport.network import NetworkTransport
from app.transport.trust import Trust, TrustFiles
from server.security.authority import AuthorityFolder
from server.security.certificates import PRIVATE_DOMAINS, PRIVATE_NETWORKS, Realm, host_from
from server.security.peers import peer_of
from server.security.tls import ServerTls
from server.security.tls_options import ClientCertificates, TlsOptions
from server.serving import listening_socket, serve_app

HERE = "127.0.0.1"


def authority_in(folder: Path, **clock) -> AuthorityFolder:
    """An authority of ours that may speak for private names and addresses."""
    authority = AuthorityFolder(folder, **clock)
    authority.found("Test authority", Realm(PRIVATE_DOMAINS, PRIVATE_NETWORKS))
    return authority


def server_file(authority: AuthorityFolder, *hosts: str) -> Path:
    """A server's certificate for these hosts, else for the address of the tests."""
    return authority.issue_server([host_from(host) for host in hosts or (HERE,)])


def echo_app() -> FastAPI:
    app = FastAPI()

    @app.get("/peer")
    def peer(request: Request) -> Response:
        return _answer(request.scope)

    @app.websocket("/v1/events")
    async def events(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_bytes(bytes(_answer(websocket.scope).body))
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            return

    return app


def _answer(scope) -> Response:
    peer = peer_of(scope)
    body = json.dumps(
        {
            "tls": scope.get("extensions", {}).get("tls"),
            "peer": None if peer is None else [peer.name, f"{peer.serial:x}"],
        }
    ).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {"content-digest": f"sha-256=:{digest}:"}
    return Response(body, headers=headers, media_type="application/json")


@asynccontextmanager
async def serving(tls: ServerTls | None) -> AsyncIterator[str]:
    """The echo on a free port of this machine; its address."""
    started = asyncio.Event()
    server = serve_app(echo_app(), started.set, tls)
    with listening_socket(HERE, 0) as listening:
        running = asyncio.create_task(server.serve([listening]))
        await asyncio.wait_for(started.wait(), 10)
        try:
            port = listening.getsockname()[1]
            yield f"{'http' if tls is None else 'https'}://{HERE}:{port}"
        finally:
            server.should_exit = True
            await asyncio.wait_for(running, 10)


@asynccontextmanager
async def client_of(trust: Trust | TrustFiles) -> AsyncIterator[httpx.AsyncClient]:
    """A client as every part of the product uses one, without retries."""
    if isinstance(trust, TrustFiles):
        trust = Trust(trust)
    async with httpx.AsyncClient(transport=DeadlineTransport(NetworkTransport(trust), 5)) as client:
        yield client


async def ask(address: str, files: TrustFiles) -> dict:
    """What the server says about a client with these files; raises `Unreachable`."""
    async with client_of(files) as client:
        return (await client.get(f"{address}/peer")).json()


def wanting(
    authority: AuthorityFolder,
    mode: ClientCertificates = ClientCertificates.REQUIRED,
    cert_file: Path | None = None,
) -> ServerTls:
    """A server that checks clients against the authority and its revocation list."""
    return ServerTls(
        TlsOptions(
            cert_file or server_file(authority),
            client_ca=authority.certificate_file,
            client_certs=mode,
            revoked_file=authority.revoked_file,
        )
    )


def believing(authority: AuthorityFolder, bundle: Path | None = None) -> TrustFiles:
    return TrustFiles(ca_file=authority.certificate_file, cert_file=bundle)


def events_of(address: str) -> str:
    return f"{address.replace('https', 'wss')}/v1/events"


async def shown(address: str, context: ssl.SSLContext) -> bytes:
    """The certificate that the server shows to a new connection."""
    host, port = address.removeprefix("https://").split(":")
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return found
