"""What a start needs, and what it makes do with: scenarios, certificates, engine. A fault
beside the calls never keeps a server down.
"""
