"""The region's profile: drafted, checked, compared, published as a version that nobody changes any more."""
