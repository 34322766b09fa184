"""What a profile says that venue and region both go by: which materials, which limits, what is locked when."""
