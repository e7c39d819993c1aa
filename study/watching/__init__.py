"""What a reader's own model or loader really does with lanes and state: `study.watch`, `study.assert_lanes_continue`.

The room is not called `watch`, since a module of that name would hide the function.
"""
