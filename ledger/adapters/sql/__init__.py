"""The event store on SQLite through SQLAlchemy Core: the only folder that imports sqlalchemy.

`schema` names the tables, `migrations` makes them, `connection` opens the file and translates errors, `rows` turns rows
into values, `store` is the `ledger.ports.Store`.
"""
