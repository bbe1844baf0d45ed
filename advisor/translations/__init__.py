"""What translators need: every message, what a catalogue lacks, and the terms it keeps to."""
