"""Drills of users' own tools and actors: what `callboard_drill` offers."""
