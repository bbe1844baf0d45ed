"""Workshops: a room that votes on published cases, argues, votes again, and sees what came out.

`debate` is what happens in which order, `store` keeps rooms and votes, `tallies` counts them. Nothing here knows of a
page: `advisor.ui.workshop` serves those.
"""
