"""All accounts: the list, switching, adding and editing one."""
