"""What pySHACL and the project's own validator find, in one form."""
