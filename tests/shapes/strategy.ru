## Strategy-successor class
INSERT DATA { <strategy/third> rk:successor <policy/2025> }

## Strategy-policy minCount (Warning)
DELETE DATA { <policy/2021> rk:strategy <strategy/second> }
