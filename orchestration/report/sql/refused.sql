-- Articles that stand rejected or quarantined, with the rules that held them back.
SELECT
    a.uri, a.title, a.language, a.state, a.state_reason,
    list(DISTINCT q.reason ORDER BY q.reason) FILTER (q.reason IS NOT NULL) AS reasons,
    CASE WHEN a.source_id <> a.cluster_id THEN coalesce(s.name, a.source_id) END AS source,
    count(*) OVER () AS in_all
FROM articles AS a
LEFT JOIN quarantine AS q ON q.article_id = a.article_id AND a.state = 'quarantined'
LEFT JOIN dim_source AS s ON s.source_id = a.source_id
WHERE a.state IN ('rejected', 'quarantined')
GROUP BY a.uri, a.title, a.language, a.state, a.state_reason, a.source_id, a.cluster_id, s.name
ORDER BY a.state DESC, a.uri
LIMIT $rows;
