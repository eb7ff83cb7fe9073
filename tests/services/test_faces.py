"""What is kept of the people for the first look of the next session."""

import pytest

from fieldcal.services import faces

PEOPLE = [faces.Face("a", "张三", ["technician", "checker"], "ZJ-1"), faces.Face("b", "Li\tSi\n", ["approver"])]


def test_faces_are_read_as_they_were_written_without_numbers_and_signs_that_part_lines(tmp_path):
    faces.write(tmp_path, {"name": "所", "code": "370100"}, PEOPLE)
    found = faces.read(tmp_path)
    assert found.institution == {"name": "所", "name_en": "所"}
    assert [tuple(face) for face in found.people] == [
        ("a", "张三", ["technician", "checker"], ""),
        ("b", "Li Si", ["approver"], ""),
    ]
    assert "ZJ-1" not in (tmp_path / faces.FILE).read_text("utf-8")


@pytest.mark.parametrize(
    "data",
    [b"", b"fieldcal faces 2\na\tb\n", b"fieldcal faces 1\nonly one\n", b"\xff\xfe", b"fieldcal faces 1\na\tb\nx\n"],
)
def test_a_file_that_is_not_understood_shows_nobody(tmp_path, data):
    (tmp_path / faces.FILE).write_bytes(data)
    assert faces.read(tmp_path) == faces.NONE


def test_where_nothing_can_be_written_nothing_happens(tmp_path):
    faces.write(tmp_path / "missing", {}, PEOPLE)
    assert faces.read(tmp_path / "missing") == faces.NONE
