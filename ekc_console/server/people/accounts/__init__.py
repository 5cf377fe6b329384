"""What an account may say: its end, queues, skills; a table of many of them planned.
Nothing is stored here.
"""
