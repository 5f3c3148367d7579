"""One desk per subject, with the verbs a clerk would say."""
