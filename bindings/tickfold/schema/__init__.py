"""What everything else builds on: enums, errors, the language of the tables, the negotiation of extensions.

Pure Python; modules here import nothing of tickfold except one another.
"""
