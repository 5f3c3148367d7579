"""httpx transports that wrap each other beneath the office gateway."""
