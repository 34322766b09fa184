"""The region's central system, reference implementation: takes records in, has them reviewed, answers with verdicts."""
