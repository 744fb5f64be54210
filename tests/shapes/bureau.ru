## Bureau-jurisdiction minCount
# A bureau that governs nothing.
INSERT { <bureau/idle> ?p ?o } WHERE { <bureau/nemuro> ?p ?o . FILTER(?p != rk:jurisdiction) }

## Bureau-jurisdiction maxCount
# One bureau governs both subprefectures.
DELETE WHERE { <bureau/kushiro> ?p ?o } ;
DELETE DATA { <subprefecture/kushiro> rk:bureau <bureau/kushiro> } ;
INSERT DATA {
    <subprefecture/kushiro> rk:bureau <bureau/nemuro> .
    <bureau/nemuro> rk:jurisdiction <subprefecture/kushiro> .
}

## Bureau-jurisdiction class
INSERT { <bureau/idle> ?p ?o } WHERE { <bureau/nemuro> ?p ?o . FILTER(?p != rk:jurisdiction) } ;
INSERT DATA { <bureau/idle> rk:jurisdiction <subprefecture/nowhere> }

## Bureau-seat minCount
DELETE DATA { <bureau/nemuro> rk:seat <municipality/012238> }

## Bureau-seat maxCount
INSERT DATA { <bureau/nemuro> rk:seat <municipality/012068> }

## Bureau-seat class
DELETE DATA { <bureau/nemuro> rk:seat <municipality/012238> } ;
INSERT DATA { <bureau/nemuro> rk:seat <municipality/nowhere> }

## Bureau-seatInside maxCount (Warning)
DELETE DATA { <bureau/nemuro> rk:seat <municipality/012238> } ;
INSERT DATA { <bureau/nemuro> rk:seat <municipality/012068> }

## Bureau-unitOf minCount
DELETE DATA { <bureau/nemuro> org:unitOf <organisation/hokkaido> }

## Bureau-homepage minCount (Warning)
DELETE DATA { <bureau/nemuro> foaf:homepage <https://example.org/nemuro-bureau> }
