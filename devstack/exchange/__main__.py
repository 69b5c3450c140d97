"""`python -m devstack.exchange` runs the Exchange simulator."""

from devstack.exchange.server import main

if __name__ == "__main__":
    main()
