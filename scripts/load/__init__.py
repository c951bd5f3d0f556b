"""How the real service bears load while its chain is up, away and back."""
