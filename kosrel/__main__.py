"""``python -m kosrel``: the same as the ``kosrel`` command."""

import sys

from kosrel.cli import main

if __name__ == "__main__":
    sys.exit(main())
