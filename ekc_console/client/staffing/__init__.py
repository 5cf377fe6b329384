"""The roster as people bring and take it: tables read and written, with what is wrong in words.
Nothing here decides who may be planned: the server does.
"""
