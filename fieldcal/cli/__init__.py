"""The headless verbs. Exit codes: 0 well, 1 problems found, 2 unusable input, 3 refused, 4 no display."""
