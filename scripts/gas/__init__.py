"""The gas of every act: receipts of a real anvil with the EIP-7825 cap, in ``docs/gas.json`` and ``docs/gas.md``."""
