"""Others beside the caller and the agent: who is asked about a call, and whom it is given to.
Whatever becomes of them, the caller is never without a place.
"""
