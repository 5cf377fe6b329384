"""The ways of the operator's voice, from standing leg to telephone. Sees the softphone through its
protocol and client only.
"""
