"""On what it was measured: the machine, its programs and the day; it measures nothing itself."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.databases import Host

_PACKAGES = ("SQLAlchemy", "psycopg", "Django", "django-hordak", "django-ledger")


def described(hosts: list[Host], folder: Path) -> list[tuple[str, str]]:
    """What is worth knowing about the machine, as names and values."""
    return [
        ("Measured", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("Processor", _after_colon(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()),
        ("Processors", str(os.cpu_count())),
        ("Memory", _memory()),
        ("Kernel", f"{platform.system()} {platform.release()}"),
        ("Filesystem", _filesystem(folder)),
        ("Load before", f"{os.getloadavg()[0]:.2f}"),
        ("Python", platform.python_version()),
        *((host.kind, host.version()) for host in hosts),
        *((name, _version(name)) for name in _PACKAGES),
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _after_colon(file: Path, name: str) -> str:
    if not file.exists():
        return ""
    lines = (line.partition(":") for line in file.read_text().splitlines())
    return next((value.strip() for word, _, value in lines if word.strip() == name), "")


def _memory() -> str:
    total = _after_colon(Path("/proc/meminfo"), "MemTotal")
    return f"{int(total.split()[0]) / 1024**2:.1f} GiB" if total else "unknown"


def _filesystem(folder: Path) -> str:
    """The kind of filesystem that the folder lies on, by the longest mount point above it."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    fields = [line.split() for line in mounts.read_text().splitlines()]
    above = [(point, kind) for _, point, kind, *_ in fields if folder.resolve().is_relative_to(point)]
    return max(above, key=lambda mount: len(mount[0]), default=("", "unknown"))[1]
