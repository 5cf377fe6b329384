"""What consoles ask for, one module a subject: checked, made facts, answered.
``dispatch`` finds the handler of a message.
"""
