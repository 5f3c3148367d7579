"""One full screen per subject; screens are given desks and do not know each other."""
