"""Settings of the counter as one frozen value; read from the environment by `app.main` only."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.transport.trust import TrustFiles, files_from

BUNDLE = "office.pem"
NO_FILES = TrustFiles()


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the office is, where this counter keeps its files, and how it presents itself.

    `plain_http` allows an office on another machine without TLS, which anybody on the way can read.
    """

    office_url: str
    profile: Path
    register_name: str
    lines: int = 2
    demo: bool = False
    trust: TrustFiles = NO_FILES
    plain_http: bool = False


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `LUCKYGAS_*` variables; every one has a default that fits a single shop."""
    default_profile = platformdirs.user_data_dir("luckygas", "LuckyGas")
    profile = Path(environment.get("LUCKYGAS_PROFILE", default_profile))
    return Settings(
        office_url=environment.get("LUCKYGAS_OFFICE", "http://127.0.0.1:8710"),
        profile=profile,
        register_name=environment.get("LUCKYGAS_REGISTER", platform.node() or "counter"),
        lines=int(environment.get("LUCKYGAS_LINES", "2")),
        trust=files_from(environment, "LUCKYGAS_OFFICE", profile / BUNDLE),
        plain_http=environment.get("LUCKYGAS_PLAIN_HTTP", "") == "allowed",
    )
