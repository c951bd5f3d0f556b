"""A mirror: another copy of a log, checked while it is made, that proves for a service that is gone."""
