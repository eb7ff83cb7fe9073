"""Writes all sample papers to build/screens/papers, to be looked at: python -m tests.reporting.show"""

from pathlib import Path

from fieldcal.reporting.render import PaperRenderer
from tests.reporting.sample import SAMPLES, code


def main() -> None:
    out = Path("build/screens/papers")
    out.mkdir(parents=True, exist_ok=True)
    paper = PaperRenderer()
    for name, content in SAMPLES.items():
        (out / f"{name}.pdf").write_bytes(paper.certificate(content, code(content)))
        (out / f"{name}-record.pdf").write_bytes(paper.record(content, code(content)))
        if content.document == "certificate":
            (out / f"{name}-label.pdf").write_bytes(paper.label(content, code(content)))


if __name__ == "__main__":
    main()
