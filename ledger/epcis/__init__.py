"""EPCIS 2.0 (ISO/IEC 19987) and CBV 2.0 (ISO/IEC 19988): what an event is, and how it is named, checked and hashed.

Pure: parsed JSON in, values out. Nothing here opens a file or a socket; no ``@context`` of a caller is ever fetched.

- `identifiers`: GS1 keys in URN and Digital Link form; `vocabulary`: the CBV's words.
- `context`: ``@context`` and prefixes; `documents`: from a document to complete events.
- `validation`: strict, or lenient with each deviation recorded; `events`, `event_parser`: the typed model.
- `event_hash`: the CBV event hash ID, for interoperability; it is not what is signed.
"""
