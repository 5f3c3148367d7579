"""The application: rules, messages, desks and the composition root."""
