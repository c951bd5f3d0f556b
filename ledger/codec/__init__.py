"""The codec: bytes to values and back, and the hashes, proofs and signatures over them.

Pure: no file, socket, clock or random source. One format a module, each naming the standard it obeys.
"""
