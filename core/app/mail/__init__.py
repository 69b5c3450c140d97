"""Writing mails: templates, words, and what a mail is about. Nothing here sends anything."""
