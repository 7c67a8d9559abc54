-- Articles by language, the most read first.
SELECT language, count(*) AS articles, CAST(sum(facts) AS BIGINT) AS facts
FROM articles
WHERE language IS NOT NULL AND state NOT IN ('rejected', 'withdrawn')
GROUP BY language
ORDER BY articles DESC, language;
