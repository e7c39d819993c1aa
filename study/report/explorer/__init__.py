"""`study why` in the page: the same answers, computed in the browser for layouts that a reader chooses."""
