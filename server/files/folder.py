"""The folder of files: made for its owner alone, with the key that signs addresses, and read without being led out of it."""

import os
import secrets
import stat
from pathlib import Path
from typing import BinaryIO

KEY_NAME = "signing.key"
KEY_BYTES = 32
FOR_OTHERS = 0o077


class FolderError(Exception):
    """The folder of files cannot be used; the text says why and what to do."""


def open_folder(folder: Path) -> bytes:
    """The signing key. The folder and the key are made where they are missing. Raises FolderError in words."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (folder / KEY_NAME).exists():
            make_key(folder)
        return read_key(folder / KEY_NAME)
    except OSError as error:
        raise FolderError(f"The folder of files {folder} cannot be used ({error.strerror}): make it yours to read and write, "
                          "or name another one in the setting files.") from None


def make_key(folder: Path) -> None:
    """Servers that share the folder may start together: a link to a finished file exists whole or not at all, and the first one stands."""
    draft = folder / f"{KEY_NAME}.{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        (folder / KEY_NAME).hardlink_to(draft)
    except FileExistsError:
        pass  # another server's key, which is as good
    finally:
        draft.unlink()


def read_key(path: Path) -> bytes:
    mode = path.stat().st_mode & 0o777
    if mode & FOR_OTHERS:
        raise FolderError(f"The signing key {path} may be read or changed by others (mode {mode:o}). Delete it, and the next start makes "
                          "a new one; or, if nobody can have read it: chmod 600.")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise FolderError(f"The signing key {path} has {len(key)} bytes instead of {KEY_BYTES}. Delete it: the next start makes a new one.")
    return key


def open_beneath(folder: Path, path: str) -> BinaryIO:
    """A regular file of the folder, for reading. No symbolic link is followed below the folder. Raises OSError."""
    *rooms, name = path.split("/")
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for room in rooms:
            inner = os.open(room, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = inner
        return regular(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place))
    finally:
        os.close(place)


def regular(descriptor: int) -> BinaryIO:
    """Folders and pipes can be opened too; they are no files to hand out."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError
    return os.fdopen(descriptor, "rb")
