"""Takes from this process the right to open network sockets (Linux seccomp), whatever a query asks for.

The guard refuses SERVICE before evaluation. This stands behind it: the engine's library has an HTTP client,
and a worker has no business with the network.
"""

import ctypes
import platform
import struct

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SOCKET_CALL = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 13


def close_network() -> bool:
    """Makes every later ``socket`` call of this process fail with EACCES. False where that cannot be done."""
    known = SOCKET_CALL.get(platform.machine())
    if platform.system() != "Linux" or known is None:
        return False
    architecture, socket = known
    program = b"".join(
        struct.pack("<HBBI", *step)
        for step in (
            (LOAD, 0, 0, 4),
            (JUMP_IF_EQUAL, 0, 3, architecture),
            (LOAD, 0, 0, 0),
            (JUMP_IF_EQUAL, 0, 1, socket),
            (RETURN, 0, 0, REFUSE),
            (RETURN, 0, 0, ALLOW),
        )
    )
    code = ctypes.create_string_buffer(program)
    filters = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0) == 0)
