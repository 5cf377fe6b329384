"""What a console tells the server of its workplace: machine, version, system, headset, the last
``ekc doctor``, and how its line sounds. A server that does not take it is no trouble of a call.
"""
