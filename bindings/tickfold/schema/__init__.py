"""The ground that everything else stands on: enums, errors, the words of the tables, extension headers.

Pure Python; nothing here imports anything of tickfold but its neighbours in this folder.
"""
