"""Workshops: a room that votes on published cases, argues, votes again, and sees what came out.

`debate` is what happens in which order, `store` keeps rooms and votes, `tallies` counts them. Nothing here knows of a
page: `advisor.ui.workshop` serves those.

What to change where:

- what happens in which order: `debate`, whose words are in `step_words`; minutes and cases are in
  `content/lessons/workshops.yaml`
- what a room may do beside a debate: `programme` for its steps, `ballots` for what may be answered, `room_answers`,
  `own_case` and `quiz` for what comes of it; `mode_sheets` for its papers; bands of numbers are in
  `content/interview/bands.yaml`
- questions of the quiz: `content/lessons/quiz.yaml`; plans name them
- what is kept of a room: `tables`, and a step in `migrations/versions/`; the sentence on it that guests read is in
  `advisor.ui.workshop.participant`
- what is told afterwards: `room_report` of the room, `person_report` of what somebody takes home, both for page, PDF
  and Markdown; papers are set in `content/report/papers.typ`
- on paper: `print_pack` for what is handed out and the guide, `hand_counts` for what is counted by hand, and `series`
  in `tallies` for how that stands beside votes
"""
