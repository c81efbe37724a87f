"""A process whose wall clock jumps: a few lines of C that are loaded before the C library and add seconds to its clock.

    library = clock.build(folder)
    subprocess.run([sys.executable, "bot.py"], env={**os.environ, "LD_PRELOAD": str(library)})

In that process `clock.jump(3600)` sets the wall clock an hour ahead of the machine's, `clock.jump(-60)` a minute behind
it: time.time(), datetime.now() and the engine's own stamps. The monotonic clock is not touched, nor are threads that
have called `clock.stay()`: those of simulated venues, whose clocks are others. Needs Linux and a C compiler: CC or cc.
"""

import ctypes
import os
import shlex
import subprocess
from pathlib import Path
from typing import Final

from tickfold.schema.errors import ConfigError

__all__ = ["build", "can_jump", "jump", "stay"]

SOURCE: Final = r"""
#define _GNU_SOURCE
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t seconds_ahead;
static __thread int stays;

void tickfold_jump(int64_t seconds) { seconds_ahead = seconds; }

void tickfold_stay(void) { stays = 1; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    long failed = syscall(SYS_clock_gettime, clock, now);
    if (!failed && !stays && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += seconds_ahead;
    return (int)failed;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    (void)zone;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return failed;
}
"""


def build(folder: Path) -> Path:
    """Compiles the library into `folder`. Raises ConfigError where there is no compiler, or it fails."""
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(SOURCE, encoding="ascii")
    compiler = shlex.split(os.environ.get("CC", "cc"))
    try:
        made = subprocess.run(
            [*compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise ConfigError(f"no C compiler, which a clock that jumps needs: {error}") from None
    if made.returncode:
        raise ConfigError(f"{shlex.join(compiler)} does not compile a clock that jumps: {made.stderr[-500:]}")
    return library


def can_jump() -> bool:
    """Whether this process was started with the library."""
    return hasattr(ctypes.CDLL(None), "tickfold_jump")


def jump(seconds: int) -> None:
    """Sets the wall clock of this process so far ahead of the machine's, or behind it. Raises ConfigError where it
    cannot jump."""
    if not can_jump():
        raise ConfigError("the clock cannot jump: start the process with LD_PRELOAD, see tickfold.testing.clock")
    ctypes.CDLL(None).tickfold_jump(ctypes.c_int64(seconds))


def stay() -> None:
    """The calling thread has the machine's clock, whatever `jump` does."""
    if can_jump():
        ctypes.CDLL(None).tickfold_stay()
