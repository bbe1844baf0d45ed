"""A training file written anew, with everything repaired that needs no judgement."""
