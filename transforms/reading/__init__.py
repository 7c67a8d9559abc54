"""How bytes become the clean text of an article: charset, form, title, date, language, identity.

One module a step; `transforms.articles` puts them together and is the only one that other
rooms import. Nothing here knows of facts, and nothing here reads a file or the network.
"""
