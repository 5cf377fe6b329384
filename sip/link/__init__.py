"""The softphone as its console sees it: messages, process, phone. Knows no pjsua2."""
