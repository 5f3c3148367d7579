"""`luckygas-server call`: one request as a service or a person, signed as critical ones must be.

With it somebody who has the specification in hand tries every path from a shell.
"""

import argparse
import getpass
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx

from app.transport.clocks import utc_now
from app.transport.deadline import unreachable
from app.transport.errors import Unreachable
from app.transport.network import NetworkTransport
from app.transport.service_auth import ServiceIdentity
from app.transport.signing import KEY_HEADER, SigningTransport
from app.transport.trust import Trust, files_from
from app.wire.codec import decode, encode
from app.wire.registers import Session, SignIn
from server.refusals import Malformed, Refusal
from server.security.keys import own_identity
from server.security.service_commands import Adds, Commands
from server.security.services import key_file, read_key

TIMEOUT_S = 30
STANDARD_INPUT = "-"


class Refused(Refusal):
    """The server answered, and not with success; `code` is its own."""


def add_commands(commands: Commands, add: Adds) -> None:
    """Add `call`; `add` makes a command that gets the database."""
    command = add(commands, "call", "send one signed request and print the answer", _call)
    command.add_argument("method", type=str.upper, help="GET, POST, PUT or DELETE")
    command.add_argument("path", help="e.g. /internal/customers/C000123/credit")
    command.add_argument("--body", default="", metavar="FILE", help="JSON to send; - reads it here")
    who = command.add_mutually_exclusive_group()
    who.add_argument(
        "--as", dest="service", default="", metavar="SERVICE",
        help="a service whose key 'services add' made here (default: this server itself)",
    )  # fmt: skip
    who.add_argument("--user", default="", help="a person, whose password is asked for")
    command.add_argument("--base-url", default="http://127.0.0.1:8710", help="%(default)s")
    command.add_argument("--audience", default="", help="name of that server, if not this one")
    command.add_argument(
        "--key", default="", help="the Idempotency-Key (default: a new one for everything but GET)"
    )


async def _call(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    own = await own_identity(connection)
    identity = _service(chosen, own) if chosen.service else own
    identity = replace(identity, audience=chosen.audience or own.audience)
    content = _body(chosen)
    trust = Trust(files_from(os.environ, "LUCKYGAS_CALL"))
    wire = SigningTransport(NetworkTransport(trust), lambda: identity.signer)
    client = httpx.AsyncClient(base_url=chosen.base_url, transport=wire, timeout=TIMEOUT_S)
    try:
        async with client:
            token = await _token(client, chosen, identity)
            headers = _headers(chosen, token)
            answer = await client.request(
                chosen.method, chosen.path, content=content, headers=headers
            )
    except (httpx.TransportError, Unreachable) as error:
        known = error if isinstance(error, Unreachable) else unreachable(error)
        raise Refused(known.code, f"{chosen.base_url}: {known.advice.en}") from error
    _show(answer)


async def _token(
    client: httpx.AsyncClient, chosen: argparse.Namespace, identity: ServiceIdentity
) -> str:
    return await _sign_in(client, chosen) if chosen.user else identity.token(utc_now())


def _service(chosen: argparse.Namespace, own: ServiceIdentity) -> ServiceIdentity:
    data_dir: Path = chosen.data_dir
    return ServiceIdentity(
        chosen.service, read_key(key_file(data_dir, chosen.service)), own.audience
    )


def _body(chosen: argparse.Namespace) -> bytes:
    if chosen.body != STANDARD_INPUT:
        return Path(chosen.body).read_bytes() if chosen.body else b""
    if chosen.user:
        raise Malformed("BODY", "Standard input holds the password; give the body as a file.")
    return sys.stdin.buffer.read()


def _headers(chosen: argparse.Namespace, token: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    if chosen.key or chosen.method != "GET":
        headers[KEY_HEADER] = chosen.key or str(uuid4())
    return headers


async def _sign_in(client: httpx.AsyncClient, chosen: argparse.Namespace) -> str:
    is_terminal = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if is_terminal else sys.stdin.readline().rstrip("\n")
    body = encode(SignIn(username=chosen.user, password=password))
    answer = await client.post("/v1/session", content=body)
    if not answer.is_success:
        _show(answer)
    return decode(Session, answer.content).access_token


def _show(answer: httpx.Response) -> None:
    """The body on standard output; a refusal is an error of the command."""
    try:
        text = json.dumps(json.loads(answer.content), ensure_ascii=False, indent=2)
    except ValueError:
        text = answer.text
    print(text)
    if not answer.is_success:
        raise Refused("REFUSED", f"HTTP {answer.status_code}")
