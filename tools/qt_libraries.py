"""The system libraries that Qt loads on Linux: found with ldd, installed where this user may."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Library -> Debian/Ubuntu package. Only what PySide6 does not bring itself.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libICE.so.6": "libice6",
    "libOpenGL.so.0": "libopengl0",
    "libSM.so.6": "libsm6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
LOADED = (
    "Qt/lib/libQt6Gui.so.6",
    "Qt/lib/libQt6Network.so.6",
    "Qt/lib/libQt6Widgets.so.6",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqxcb.so",
)


class MissingLibraries(Exception):
    """Qt cannot start here; the text says what to install."""


def install_missing_libraries(python: Path) -> None:
    """Make Qt start under this virtual environment's Python, or raise MissingLibraries."""
    missing = _missing(python) if sys.platform.startswith("linux") else []
    if missing:
        installer = Path(__file__).with_name("apt_install.sh")
        packages = sorted({PACKAGES.get(name, name) for name in missing})
        installed = subprocess.run([installer, *packages], check=False).returncode == 0
        if not installed and (os.environ.get("DISPLAY") or not _starts(python)):
            raise MissingLibraries(f"Qt lacks these system libraries: {', '.join(missing)}")
    if not _starts(python, quiet=False):
        raise MissingLibraries("Qt does not start on this machine; its message is above.")


def _missing(python: Path) -> list[str]:
    """Names of shared libraries that the loader cannot find, Qt's display plug-in included."""
    package = next(python.parent.parent.glob("lib/python*/site-packages/PySide6"))
    files = [str(package / name) for name in LOADED if (package / name).exists()]
    report = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    return sorted({line.split()[0] for line in report.splitlines() if "not found" in line})


def _starts(python: Path, *, quiet: bool = True) -> bool:
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [str(python), "-c", code]
    return (
        subprocess.run(command, env=environment, capture_output=quiet, check=False).returncode == 0
    )
