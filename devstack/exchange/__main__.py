"""`python -m devstack.exchange` runs the Exchange simulator."""

import sys

from devstack.exchange.server import main

if __name__ == "__main__":
    sys.exit(main())
