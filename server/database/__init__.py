"""The shop's PostgreSQL: found or brought along, migrated, reached."""
