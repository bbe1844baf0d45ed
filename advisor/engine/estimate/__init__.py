"""What every option costs and how long it takes, in each scenario: one module a subject, columns in, columns out."""
