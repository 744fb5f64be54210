## Organisation-unitOf maxCount
INSERT DATA { <organisation/museum> org:unitOf <organisation/museum> }

## Organisation-unitOf class
DELETE DATA { <organisation/museum> org:unitOf <organisation/hokkaido> } ;
INSERT DATA { <organisation/museum> org:unitOf <organisation/nowhere> }
