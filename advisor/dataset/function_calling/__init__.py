"""Training rows with tool calls, from the definitions of tools and from examples of their use."""
