"""All drives between many spots at once: `travel.leg` in arrays, a hundred times as fast."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.wire.fleet import DispatchSettings
from server.dispatch_operations.travel import EARTH_M, WITHIN_DISTRICT_M, Spot

Matrix = np.ndarray[Any, np.dtype[np.int64]]


def drives(spots: Sequence[Spot], settings: DispatchSettings) -> tuple[Matrix, Matrix]:
    """Metres and seconds from each spot (row) to each spot (column)."""
    straight = _distances(spots) * float(settings.detour_factor)
    exact = np.array([spot.is_exact for spot in spots], dtype=np.bool_)
    both_exact = exact[:, None] & exact[None, :]
    metres = np.where(both_exact, straight, np.maximum(straight, WITHIN_DISTRICT_M))
    metres[_same_address(spots)] = 0
    speeds = np.array([float(settings.speed_kmh[spot.zone]) for spot in spots])
    seconds = metres * 3.6 / np.minimum(speeds[:, None], speeds[None, :])
    return np.rint(metres).astype(np.int64), np.rint(seconds).astype(np.int64)


def _distances(spots: Sequence[Spot]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Metres on the globe (haversine)."""
    phi = np.radians([spot.point.latitude for spot in spots])
    lam = np.radians([spot.point.longitude for spot in spots])
    half_phi = (phi[:, None] - phi[None, :]) / 2
    half_lambda = (lam[:, None] - lam[None, :]) / 2
    chord = np.sin(half_phi) ** 2
    chord += np.cos(phi[:, None]) * np.cos(phi[None, :]) * np.sin(half_lambda) ** 2
    found: np.ndarray[Any, np.dtype[np.float64]] = 2 * EARTH_M * np.arcsin(np.sqrt(chord))
    return found


def _same_address(spots: Sequence[Spot]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where no drive is needed: the same spot, or another one of the same address."""
    numbers: dict[str, int] = {}
    # A spot without an address is only itself: it gets a number of its own.
    names = [spot.address or f"\n{index}" for index, spot in enumerate(spots)]
    codes = np.array([numbers.setdefault(name, len(numbers)) for name in names])
    same: np.ndarray[Any, np.dtype[np.bool_]] = codes[:, None] == codes[None, :]
    return same
