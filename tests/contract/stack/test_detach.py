"""Ending a stack that runs in the background."""

import subprocess
import sys
import time

from devstack.addresses import addresses
from devstack.stack.detach import stop_running
from devstack.stack.stack_file import pid_file


def test_an_end_is_seen_though_nobody_reaps_the_process(tmp_path):
    where = addresses({"RUN_DIR": str(tmp_path)})
    script = "import time; print(flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, "devstack"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:  # noqa: S603 - our own command
        child.stdout.readline()
        pid_file(where).write_text(str(child.pid))
        began = time.monotonic()

        assert stop_running(where)

        assert time.monotonic() - began < 5
        assert child.poll() is not None
