"""Random sequences that end as they began: is the rule learnt, or the examples?"""
