"""Maps, and the pages of areas, subprefectures, bureaus and municipalities."""
