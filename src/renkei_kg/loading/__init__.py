"""Ready-made graphs of any size published as snapshots: ``renkei-kg load``.

``publishing.load`` does it. Files are gone through as a stream, by a process of its own (``producer``) that
gives every triple twice, once in its named graph and once for the default graph, which is their union
(docs/decisions/0001). What loads them holds some millions of triples at a time, however many there are.
"""
