print("legate")
