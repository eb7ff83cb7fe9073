"""Analysis in binary floating point: Monte Carlo. Nothing that is printed or judged is computed here alone."""
