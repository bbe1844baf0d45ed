"""The pages of a workshop: plain HTML from the same server, for phones on a weak line. None of them runs in Streamlit.

`handlers` answers requests; `participant`, `leader` and `projector` are the three faces of a room, `shown` what they
have in common, and `watching` what keeps many phones away from the database.
"""
