"""The database's history: one file a step in ``versions``, applied in order whenever a store is opened."""
