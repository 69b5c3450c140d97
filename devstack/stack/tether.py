"""Start a command that ends when its parent does: `python tether.py command argument ...`.

On Linux the kernel does it (`PR_SET_PDEATHSIG`), even when the parent is killed with -9. Elsewhere
only an orderly stop of the parent ends the command. Imports next to nothing: it delays every start.
"""

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become the command."""
    parent = os.getppid()
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - not everywhere of use

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)
    command = sys.argv[1:]
    try:
        os.execvp(command[0], command)  # noqa: S606 - the supervisor's own command line
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error}")


if __name__ == "__main__":
    main()
