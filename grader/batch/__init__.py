"""Many submissions at once: finds, judges and has recorded what a folder holds. Knows nothing of how one is judged."""
