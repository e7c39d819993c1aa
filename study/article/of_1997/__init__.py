"""What of the paper of 1997? Its tables beside ours, as written and under the closest reading."""
