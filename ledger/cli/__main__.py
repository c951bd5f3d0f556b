"""``python -m ledger.cli``: the same as ``tradeledger``."""

import sys

from ledger.cli import main

sys.exit(main())
