"""What venue and region both go by, without any database: materials, limits, locks, rosters, what things are called."""
