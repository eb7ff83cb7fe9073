"""The parts every page is made of: one idea a file, looks from the theme, words from the catalogue."""
