"""The schema of the server's database, one numbered step per change."""
