-- How many facts the published file holds.
SELECT
    (SELECT count(*) FROM financials) + (SELECT count(*) FROM security_incidents) + (SELECT count(*) FROM market_moves)
    AS facts;
