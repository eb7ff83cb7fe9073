"""The headless verbs. Exit codes: 0 well, 1 differences or problems found, 2 unusable input, 3 refused, 4 no display."""
