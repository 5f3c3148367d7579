"""What changed, in commit order: the feed, its events, its bootstrap file."""
