"""The dataset template: one zip with everything needed to begin collecting rows.

`design` says what goes into it. Platforms share the modules beside it: `job` has the request of a training job
(`Vendor` names the platforms that have one), `trainer_formats` the files of rows, `readme` the steps. The examples of
each task are in `content/templates/tasks/`.
"""
