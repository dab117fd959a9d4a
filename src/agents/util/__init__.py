"""Small helpers under the names by which other packages import them."""
