"""The back office: orders, neighbours, feed and events."""
