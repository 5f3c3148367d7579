"""Who may do what: people, sessions, registers."""
