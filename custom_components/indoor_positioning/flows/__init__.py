"""The flows behind the forms, one file a concern."""
