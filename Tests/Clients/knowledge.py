"""Texts that the tests of knowledge bases read, and a question about them."""

ROUTER = """# Router

Hold the reset button for ten seconds, until the lamp blinks.

The router comes with a warranty of 24 months.
"""
KETTLE = "Descale the kettle with vinegar every month.\n"
QUESTION = "For how many months does the warranty of the router last?"
