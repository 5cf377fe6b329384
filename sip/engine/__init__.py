"""The softphone process: PJSIP on its one thread. Nobody outside the process imports this."""
