from datetime import UTC, datetime

from sync.gateways.phone_line import PhoneLine, Ring, SimulatedLine

NOW = datetime(2026, 7, 1, tzinfo=UTC)


async def test_a_simulated_line_rings_in_order() -> None:
    simulated = SimulatedLine(lambda: NOW)
    simulated.ring(1, "0912345678")
    simulated.ring(2, None)
    lines: PhoneLine = simulated
    heard: list[Ring] = []
    async for ring in lines:
        heard.append(ring)
        if len(heard) == 2:
            break
    assert heard == [Ring(1, "0912345678", NOW), Ring(2, None, NOW)]
