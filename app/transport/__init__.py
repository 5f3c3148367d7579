"""How any part of the product speaks HTTP: retry, breaker, metrics, deadline, and their errors."""
