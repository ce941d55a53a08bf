"""Listings with photos: limits, duplicates and order that hold under parallel requests."""
