"""The server's HTTP: one router per subject, all bodies by `app.wire.codec`."""
