"""What candidates see: sign-in with the registration account, their registration and its status, their materials."""
