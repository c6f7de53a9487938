"""`python -m guanxi.testing.worker FILE`: a process that computes, as every server has them, by the clock that the file tells."""

import datetime
import sys
from pathlib import Path

from guanxi.testing.clock import shown
from server.worker import process

if __name__ == "__main__":
    file = Path(sys.argv[1])
    with shown(lambda: datetime.datetime.fromisoformat(file.read_text("utf-8"))):
        process.main()
