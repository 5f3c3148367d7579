"""Work that is done after a request: PgQueuer's queue and schedules (docs/decisions/090)."""
