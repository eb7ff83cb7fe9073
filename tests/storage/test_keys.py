from __future__ import annotations

import hashlib
import os
import stat

import keyring
import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend

from fieldcal.storage import heads
from fieldcal.storage.errors import AlreadyThere, KeyUnusable
from fieldcal.storage.keys import KeyStore


class FileKeyring(KeyringBackend):
    """A working key store that keeps its entries in memory of this test process."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def system():
    before = keyring.get_keyring()
    made = FileKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_same_seed_gives_the_same_key_and_another_another(tmp_path):
    one, two, other = (KeyStore.create(tmp_path / n, s) for n, s in (("a", b"x"), ("b", b"x"), ("c", b"y")))
    assert one.public_key == two.public_key != other.public_key
    assert one.kid == hashlib.sha256(one.public_key).digest()[:8]


def test_a_key_signs_the_same_after_loading(tmp_path):
    made = KeyStore.create(tmp_path, b"x")
    signature = KeyStore.open(tmp_path).sign(b"data")
    assert heads.genuine(made.public_key, signature, b"data")
    assert not heads.genuine(made.public_key, signature, b"date")


def test_with_a_key_store_the_passphrase_never_touches_the_disk(tmp_path, system):
    made = KeyStore.create(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["device.key"]
    assert KeyStore.place(tmp_path) == "system"
    assert list(system.kept) == [("fieldcal", made.kid.hex())]
    assert KeyStore.open(tmp_path).public_key == made.public_key


def test_a_lost_passphrase_is_said_and_not_replaced_by_a_new_key(tmp_path, system):
    KeyStore.create(tmp_path)
    system.kept.clear()
    with pytest.raises(KeyUnusable):
        KeyStore.open(tmp_path)
    with pytest.raises(AlreadyThere):
        KeyStore.create(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_without_a_key_store_both_files_are_for_this_account_only(tmp_path):
    keyring.set_keyring(keyring.backends.fail.Keyring())
    KeyStore.create(tmp_path)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {"device.key": 0o600, "device.pass": 0o600}


def test_a_wrong_passphrase_or_a_broken_key_is_refused(tmp_path):
    KeyStore.create(tmp_path, b"x")
    assert b"ENCRYPTED PRIVATE KEY" in (tmp_path / "device.key").read_bytes()
    (tmp_path / "device.pass").write_text("guess")
    with pytest.raises(KeyUnusable):
        KeyStore.open(tmp_path)
    (tmp_path / "device.key").write_text("nothing")
    with pytest.raises(KeyUnusable):
        KeyStore.open(tmp_path)
