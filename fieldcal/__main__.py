"""Arguments, then what they ask for; the window is imported last."""

from __future__ import annotations

import sys


def main() -> None:
    from fieldcal.cli.main import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
