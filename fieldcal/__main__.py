"""Arguments, then what they ask for; the window is imported last."""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:] == ["--driver-process"]:  # a frozen program has no other way to start itself as that
        from fieldcal.devices.worker import main as serve

        serve()
    if getattr(sys, "frozen", False):  # `reevaluate` starts the program again, once for each core
        from multiprocessing import freeze_support

        freeze_support()
    from fieldcal.cli.main import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
