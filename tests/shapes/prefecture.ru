## Prefecture-code minCount
DELETE DATA { <prefecture/hokkaido> rk:code "010006" }
