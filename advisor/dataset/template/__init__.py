"""The dataset template: one zip with everything needed to begin collecting rows."""
