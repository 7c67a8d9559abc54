-- Values that more than one independent text states, the most widely told first.
SELECT
    r.*,
    f.value_start - f.evidence_start AS mark_start, f.value_end - f.evidence_start AS mark_end,
    a.title, a.published_precision,
    CASE WHEN a.source_id <> a.cluster_id THEN coalesce(s.name, a.source_id) END AS source,
    count(*) OVER () AS in_all
FROM financials_reconciled AS r
LEFT JOIN fact_financials AS f ON f.fact_id = r.fact_id AND f.retracted_position IS NULL
LEFT JOIN articles AS a ON a.article_id = r.article_id
LEFT JOIN dim_source AS s ON s.source_id = a.source_id
WHERE r.supporting_clusters > 1
ORDER BY
    r.supporting_languages DESC, r.supporting_clusters DESC, r.dissenting_clusters, r.company_id, r.metric,
    r.period_end NULLS LAST, r.fact_id
LIMIT $rows;
