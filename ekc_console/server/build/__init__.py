"""What the server is built from, one factory a room, each from the rooms below it.
Nothing runs yet when it is built, and nothing is put in afterwards.
"""
