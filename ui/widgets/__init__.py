"""Small reusable widgets: values in by setters, intent out by signals; each knows one thing."""
