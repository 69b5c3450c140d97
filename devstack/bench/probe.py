"""One fresh process: imports an app, hands one HTTP function one request, tells what that cost.

    python -m devstack.bench.probe <module> <function> <file with the body>

The app's settings are in the environment. Prints one line of JSON.
"""

import asyncio
import importlib
import json
import resource
import sys
import time
from pathlib import Path


async def main(module: str, name: str, body: bytes) -> None:
    """Measure; everything that is loaded before the answer is loaded on purpose."""
    before = time.perf_counter()
    app = importlib.import_module(module).app
    handler = next(f for f in app.get_functions() if f.get_function_name() == name)
    imported = time.perf_counter()
    request = sys.modules["azure.functions"].HttpRequest(
        method="POST", url="/api/webhooks/graph", headers={}, params={}, body=body
    )
    answer = await handler.get_user_function()(request)
    answered_at, answered = time.time(), time.perf_counter()
    found = {
        "answered_at": answered_at,
        "status": answer.status_code,
        "import_ms": (imported - before) * 1000,
        "first_call_ms": (answered - imported) * 1000,
        "processor_ms": time.process_time() * 1000,
        "peak_mb": _peak_mb(),
        "modules": len(sys.modules),
        "typed_models": sum(name.startswith("msgraph.generated.models") for name in sys.modules),
    }
    sys.stdout.write(json.dumps(found) + "\n")


def _peak_mb() -> float:
    """Return the largest resident size of this process so far."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]).read_bytes()))
