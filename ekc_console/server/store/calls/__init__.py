"""What calls leave behind beside the journal: recordings, scenarios, results of menus, figures."""
