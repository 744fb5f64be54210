"""The priority of threads that others should not wait for."""

import os
import sys
import threading
from typing import Final

NICE: Final = 10


def lower_priority() -> None:
    """Lets all other threads go before this one, and those that it starts, where threads have a priority of
    their own.

    While a store is filled, the engine merges in one thread, and that is what is waited for in the end.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
