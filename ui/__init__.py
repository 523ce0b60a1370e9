"""What a person or a program sees: the chat, the headless front end, the command line."""
