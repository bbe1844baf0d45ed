"""Training rows with tool calls, from the definitions of tools and from examples of their use.

`definitions` reads tools, `rows` judges examples, `words` says what shorter definitions save. The invented examples are
those of `content/templates/tasks/agent.*.yaml`.
"""
