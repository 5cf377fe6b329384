"""What every door of the server over HTTP has in common: who asks, and how it is answered.
Nothing is decided here.
"""
