-- What the published file holds, as one row. Articles count as read while a text of theirs stands.
SELECT
    p.position, p.recorded_at, p.content_digest,
    a.articles, a.articles_read, a.texts, a.sources, a.languages,
    (SELECT count(*) FROM financials) AS financials,
    (SELECT count(*) FROM security_incidents) AS security_incidents,
    (SELECT count(*) FROM market_moves) AS market_moves
FROM publication AS p
CROSS JOIN (
    SELECT
        count(*) AS articles,
        count(*) FILTER (state NOT IN ('rejected', 'withdrawn')) AS articles_read,
        count(DISTINCT cluster_id) FILTER (state NOT IN ('rejected', 'withdrawn')) AS texts,
        count(DISTINCT source_id) FILTER (state NOT IN ('rejected', 'withdrawn')) AS sources,
        count(DISTINCT language) FILTER (state NOT IN ('rejected', 'withdrawn')) AS languages
    FROM articles
) AS a;
