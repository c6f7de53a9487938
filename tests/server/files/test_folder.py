"""The folder of files and its key: for the owner alone, made once by however many servers start together."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.files.folder import KEY_BYTES, KEY_NAME, FolderError, open_beneath, open_folder
from tests.server.processes import guanxi


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_its_key_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "files"
    before = os.umask(0)
    try:
        key = open_folder(folder)
    finally:
        os.umask(before)
    assert (mode(folder), mode(folder / KEY_NAME)) == (0o700, 0o600)
    assert (folder / KEY_NAME).read_bytes() == key
    assert (len(key), len(set(key)) > 8) == (KEY_BYTES, True)
    assert open_folder(folder) == key
    assert [path.name for path in folder.iterdir()] == [KEY_NAME]


def test_another_folder_has_another_key(tmp_path: Path) -> None:
    assert open_folder(tmp_path / "a") != open_folder(tmp_path / "b")


def test_servers_that_start_together_share_one_key(tmp_path: Path) -> None:
    for turn in range(20):
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(open_folder, [tmp_path / str(turn)] * 8))
        assert len(keys) == 1
        assert [path.name for path in (tmp_path / str(turn)).iterdir()] == [KEY_NAME]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_read_is_refused_in_words(tmp_path: Path, bits: int) -> None:
    open_folder(tmp_path)
    (tmp_path / KEY_NAME).chmod(bits)
    with pytest.raises(FolderError, match=f"may be read or changed by others .mode {bits:o}.*chmod 600"):
        open_folder(tmp_path)


def test_a_key_of_another_length_is_refused_in_words(tmp_path: Path) -> None:
    open_folder(tmp_path)
    (tmp_path / KEY_NAME).write_bytes(b"short")
    with pytest.raises(FolderError, match="has 5 bytes instead of 32"):
        open_folder(tmp_path)


def test_a_folder_that_cannot_be_had_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(FolderError, match=r"taken cannot be used \(File exists\)"):
        open_folder(tmp_path / "taken")


def test_serving_refuses_such_a_key_at_the_start(tmp_path: Path) -> None:
    open_folder(tmp_path / "guanxi.db.files")
    (tmp_path / "guanxi.db.files" / KEY_NAME).chmod(0o644)
    result = guanxi(tmp_path, "serve", "--port", "0")
    assert result.returncode == 1
    assert "may be read or changed by others (mode 644)" in result.stderr
    assert "Traceback" not in result.stderr


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    room = tmp_path / "files" / "runs"
    room.mkdir(parents=True)
    (room / "real.svg").write_text("real")
    (room / "folder.svg").mkdir()
    os.mkfifo(room / "pipe.svg")
    (room / "link.svg").symlink_to(room / "real.svg")
    (tmp_path / "files" / "by").symlink_to(room)
    with open_beneath(tmp_path / "files", "runs/real.svg") as file:
        assert file.read() == b"real"
    opened = len(list(Path("/proc/self/fd").iterdir()))
    for path in ("runs/folder.svg", "runs/pipe.svg", "runs/link.svg", "by/real.svg", "runs/no.svg", "no/real.svg"):
        with pytest.raises(OSError):
            open_beneath(tmp_path / "files", path)
    assert len(list(Path("/proc/self/fd").iterdir())) == opened


def test_the_route_needs_no_heavy_library() -> None:
    code = "import sys, server.files.routes; assert not {'matplotlib', 'numpy', 'sqlite3.dbapi'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
