"""What holds for every file that is committed."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 400  # lines of one Python file
EXACT = ("fieldcal/domain", "fieldcal/driverkit", "fieldcal/storage", "fieldcal/services", "drivers")
BINARY = {".ttf", ".png", ".pdf", ".ico", ".db"}
# a binary float is what an IEEE register carries, and a time to wait; everything else is a Decimal
ALLOWED_FLOATS = {  # a register that is one on the wire, and seconds
    'struct.pack(">f", float(value))', "clock.sleep(float(", "return float(profile.get(key, default))",
    "self.settle = float(value)",
}  # fmt: skip
MACHINE = re.compile(r"(?<![\w.~-])/(?:home|root|work|Users)/\w|[A-Z]:\\\\?Users\\|file:///")
REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|pypi\.org/simple|files\.pythonhosted")
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")


def tracked(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and (not endings or path.suffix in endings)]


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if path.suffix not in BINARY and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_python_file_is_longer_than_the_limit():
    counted = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in tracked(".py")}
    assert len(counted) > 100
    assert {path: lines for path, lines in counted.items() if lines > LONGEST} == {}


def test_no_quantity_becomes_a_binary_float():
    paths = [p for p in tracked(".py") if p.relative_to(ROOT).as_posix().startswith(EXACT)]
    hits = found(re.compile(r"\bfloat\("), paths)
    assert [hit for hit in hits if not any(allowed in hit for allowed in ALLOWED_FLOATS)] == []


def test_no_path_of_a_machine_and_no_address_of_an_index_is_committed():
    assert found(MACHINE, tracked()) == []
    assert found(REGISTRY, tracked()) == []


def test_nothing_is_left_to_do():
    assert found(LEFTOVER, tracked()) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_library_has_an_exact_version_and_hashes(name):
    entries = (ROOT / name).read_text("utf-8").replace("\\\n", " ").splitlines()
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[\w.]+ ", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_both_locks_name_the_same_versions():
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert versions("requirements.txt").items() <= versions("requirements-dev.txt").items()


def test_everything_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locks = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["optional-dependencies"]["dev"],
    }
    for name, asked in locks.items():
        locked = {entry.split("==")[0] for entry in (ROOT / name).read_text("utf-8").splitlines() if "==" in entry}
        names = {re.split(r"[\[<>=~;]", wish)[0].strip().lower().replace("_", "-") for wish in asked}
        assert names <= locked, name


def test_the_readme_names_only_files_that_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"\]\(([^)#:]+)\)", text))
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_verb_in_the_readme_is_one_of_the_program():
    from fieldcal.cli.main import parser

    text = (ROOT / "README.md").read_text("utf-8")
    table = set(re.findall(r"^\| `fieldcal (\w+)", text, re.MULTILINE))
    actions = [action for action in parser()._actions if action.dest == "verb"]
    assert table == set(actions[0].choices or ())
