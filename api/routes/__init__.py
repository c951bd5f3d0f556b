"""Routes by noun; each endpoint reads: who, what, one call, one refusal."""
