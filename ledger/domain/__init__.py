"""The rules of trade as pure values: what is trusted, what a receipt proves, who could sign, and what it comes to.

Bytes and values in, values out; nothing here opens a file, a socket, a clock or a random source.

- `trust_root`, `trusted`: what a verifier brings; `receipt`: what it is shown.
- `facts`, `parties`, `tenure`, `signer`: the registry, replayed, and who could sign.
- `verify`: thirteen numbered checks (`check_*`), folded to one outcome by `verdict`; `verification` is the result.
- `report` and `messages`: the result as text and JSON, in English and Chinese; `breach`: a promise that was broken.
"""
