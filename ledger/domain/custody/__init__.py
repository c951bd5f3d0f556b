"""Custody: who holds a consignment, by statements alone (spec §4.3). The same law as the contract `CustodyLedger`.

`consignment` is the state of one, `acts` what a statement asks for, `law` whether it may be, `replay` all of history.
"""
