"""The reports: a pure function of the stored results, from one source to HTML and PDF."""
