"""A whole home in one file: exported, validated and imported. docs/developers/home_file.md tells its form."""
