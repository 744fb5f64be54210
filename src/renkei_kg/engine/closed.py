"""Takes from this process the right to open network sockets (Linux seccomp), whatever a query asks for.

The guard refuses SERVICE before evaluation. This stands behind it: the engine's library has an HTTP client,
and a worker has no business with the network.
"""

import ctypes
import platform
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
# The ring of the kernel opens sockets without that call; it has one number everywhere.
RING_CALL = 425
# On x86-64 each call has a second number, of the ABI called x32.
SECOND_NUMBERS = 0x40000000
LOAD, JUMP_IF_EQUAL, JUMP_IF_GREATER_OR_EQUAL, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 13


def close_network() -> bool:
    """Makes every later call of this process that opens a socket fail with EACCES, and every call by the
    numbers of another architecture. False where that cannot be done."""
    known = SOCKET_CALL.get(platform.machine())
    if platform.system() != "Linux" or known is None:
        return False
    architecture, socket = known
    program = b"".join(
        struct.pack("<HBBI", *step)
        for step in (
            (LOAD, 0, 0, 4),
            (JUMP_IF_EQUAL, 0, 5, architecture),
            (LOAD, 0, 0, 0),
            (JUMP_IF_GREATER_OR_EQUAL, 3, 0, SECOND_NUMBERS),
            (JUMP_IF_EQUAL, 2, 0, socket),
            (JUMP_IF_EQUAL, 1, 0, RING_CALL),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, REFUSE),
        )
    )
    code = ctypes.create_string_buffer(program)
    filters = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0) == 0)
