"""fieldcal: offline field verification of measuring instruments."""

__version__ = "0.1.0"
