"""The families of formats, one in each file: the registry collects what stands here."""
