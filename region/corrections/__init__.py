"""更正: requests that registration data be corrected, decided by a second person of the level where it stands."""
