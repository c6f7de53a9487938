"""How it shows that there is no room left: on the disk of the files, or on the database's own."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no room on the disk, for this user, in one file
POSTGRES_FULL = "53100"


def is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    return getattr(error, "sqlstate", None) == POSTGRES_FULL or "database or disk is full" in str(error)
