"""What each step of loading takes: seconds by the clock and of processors, and the most memory."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Account:
    """What each step took: seconds by the clock, seconds of processors, and the most memory that each process
    held, in megabytes."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Takes account of a step, this process's part of it."""
        started, used = time.perf_counter(), cpu()
        yield
        self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - started
        self.cpu[name] = self.cpu.get(name, 0) + cpu() - used
        self.memory_mb["loader"] = peak_mb()


def cpu(of: int = resource.RUSAGE_SELF) -> float:
    """Seconds of processors that this process has used, or its children that it has waited for."""
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime


def peak_mb() -> int:
    """The most memory that this process has held, in megabytes."""
    with suppress(OSError):  # only Linux tells it without what the parent held when it began this one
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
