"""`python -m devstack.rooms` serves the simulator."""

import sys

from devstack.rooms.server import main

sys.exit(main())
