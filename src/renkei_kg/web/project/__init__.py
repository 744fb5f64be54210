"""The pages of projects and their initiatives, of what these are about, and of documents."""
