import shutil
from pathlib import Path

import pytest

from fieldcal.domain.compiled import load
from fieldcal.domain.errors import BadProcedure
from fieldcal.domain.procedure import digest
from fieldcal.services.procedures import Library, header_of, read_header

SHIPPED = Path(__file__).parents[2] / "resources/procedures"


def test_the_shipped_files_load_without_an_error():
    library = Library([SHIPPED])
    assert library.errors == {}
    assert "jjg539-2016" in [compiled.procedure.id for compiled in library.all()]


@pytest.mark.parametrize("name", ["JJG 539-2016", "jjg539-2016", "OIML R76-1:2006"])
def test_a_regulation_is_found_by_name_or_alias(name):
    found = Library([SHIPPED]).for_regulation(name)
    assert found is not None
    assert found.procedure.id == "jjg539-2016"


def test_a_broken_file_is_reported_and_stops_no_other(tmp_path):
    shutil.copy(SHIPPED / "jjg539-2016.toml", tmp_path)
    (tmp_path / "broken.toml").write_text("schema = 1", "utf-8")
    library = Library([tmp_path])
    assert [path.name for path in library.errors] == ["broken.toml"]
    assert len(library.all()) == 1


def test_what_an_author_changed_is_there_after_reading_again(tmp_path):
    shutil.copy(SHIPPED / "jjg52-2013.toml", tmp_path)
    compiled: list[str] = []

    def loading(data, name):
        compiled.append(name)
        return load(data, name)

    library = Library([tmp_path], loading)
    beside = load((SHIPPED / "jjg4-2015.toml").read_bytes(), "jjg4-2015.toml")
    library.put(beside)
    first = library.get("jjg52-2013")
    shutil.copy(SHIPPED / "jjg693-2011.toml", tmp_path)
    library.reread()
    assert library.get("jjg52-2013") is first
    assert library.get("jjg4-2015") is beside
    assert library.get("jjg693-2011").procedure.id == "jjg693-2011"
    text = (tmp_path / "jjg52-2013.toml").read_text("utf-8")
    (tmp_path / "jjg52-2013.toml").write_text(text + "\n# looked at again\n", "utf-8")
    (tmp_path / "jjg693-2011.toml").unlink()
    library.reread()
    assert library.get("jjg52-2013").sha256 != first.sha256
    assert "jjg693-2011" not in library
    assert compiled == ["jjg52-2013.toml", "jjg693-2011.toml", "jjg52-2013.toml"]


def test_an_unknown_procedure_names_the_known_ones():
    with pytest.raises(BadProcedure) as error:
        Library([]).get("x")
    assert error.value.code == "unknown-procedure"
    assert Library([]).for_regulation("x") is None


def test_the_window_waits_for_no_procedure_that_nobody_asked_for():
    made: list[str] = []

    def loading(data: bytes, name: str):
        made.append(name)
        return load(data, name)

    library = Library([SHIPPED], loading)
    assert made == []
    assert library.get("jjg52-2013").procedure.regulation == "JJG 52-2013"
    assert library.get("jjg52-2013") is library.for_regulation("jjg 52-2013")
    assert made == ["jjg52-2013.toml"]
    assert len(library.all()) == len(set(made)) == len(list(SHIPPED.glob("*.toml")))


def test_a_header_says_of_every_shipped_file_what_the_whole_file_says():
    for path in SHIPPED.glob("*.toml"):
        assert read_header(path.read_bytes()) == header_of(load(path.read_bytes(), path.name))


def test_a_broken_file_of_a_later_folder_leaves_the_earlier_one_in_its_place(tmp_path):
    shipped = (SHIPPED / "jjg52-2013.toml").read_bytes()
    (tmp_path / "mine.toml").write_bytes(shipped.replace(b"[[items]]", b"[[itemz]]", 1))
    library = Library([SHIPPED, tmp_path])
    assert library.get("jjg52-2013").data == shipped
    assert [path.name for path in library.errors] == ["mine.toml"]


def test_a_file_of_a_later_folder_wins_and_its_hash_finds_it(tmp_path):
    mine = (SHIPPED / "jjg52-2013.toml").read_bytes() + b"# mine\n"
    (tmp_path / "mine.toml").write_bytes(mine)
    library = Library([SHIPPED, tmp_path])
    found = library.by_hash(digest(mine))
    assert found is not None
    assert found is library.get("jjg52-2013") is library.for_regulation("JJG 52-2013")
    assert library.by_hash(digest((SHIPPED / "jjg52-2013.toml").read_bytes())) is None
    assert "jjg52-2013" in library
    assert "jjg53" not in library


def test_a_procedure_put_beside_the_files_replaces_that_of_its_id():
    library = Library([SHIPPED])
    mine = load((SHIPPED / "jjg52-2013.toml").read_bytes() + b"# mine\n", "mine")
    library.put(mine)
    assert library.for_regulation("JJG 52-2013") is library.by_hash(mine.sha256) is mine


def test_a_copy_with_another_revision_leaves_the_library_as_it_is():
    library = Library([SHIPPED])
    mine = load((SHIPPED / "jjg52-2013.toml").read_bytes() + b"# mine\n", "mine")
    other = library.having(mine)
    assert other.get("jjg52-2013") is other.for_regulation("JJG 52-2013") is mine
    assert library.get("jjg52-2013").sha256 != mine.sha256
    assert len(other.all()) == len(library.all())
