"""What running the server takes: audit log, log lines, figures, health, secrets, backups."""
