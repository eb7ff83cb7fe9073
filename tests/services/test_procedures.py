import shutil
from pathlib import Path

import pytest

from fieldcal.domain.errors import BadProcedure
from fieldcal.services.procedures import Library

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


def test_an_unknown_procedure_names_the_known_ones():
    with pytest.raises(BadProcedure) as error:
        Library([]).get("x")
    assert error.value.code == "unknown-procedure"
    assert Library([]).for_regulation("x") is None
