"""The HTTP face: parse, authorise, call one service, translate errors. It judges nothing itself."""
