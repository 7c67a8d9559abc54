-- Stated growth against the two levels it speaks of, what fails first; the number's place in each of the three evidences.
SELECT
    d.*,
    g.value_start - g.evidence_start AS growth_mark_start, g.value_end - g.evidence_start AS growth_mark_end,
    n.value_start - n.evidence_start AS level_mark_start, n.value_end - n.evidence_start AS level_mark_end,
    b.value_start - b.evidence_start AS earlier_mark_start, b.value_end - b.evidence_start AS earlier_mark_end,
    g.language AS growth_language, n.language AS level_language, b.language AS earlier_language
FROM derived_checks AS d
LEFT JOIN fact_financials AS g ON g.fact_id = d.growth_fact_id AND g.retracted_position IS NULL
LEFT JOIN fact_financials AS n ON n.fact_id = d.level_fact_id AND n.retracted_position IS NULL
LEFT JOIN fact_financials AS b ON b.fact_id = d.earlier_fact_id AND b.retracted_position IS NULL
WHERE d."check" = 'growth'
ORDER BY
    CASE d.verdict WHEN 'fails' THEN 1 WHEN 'holds' THEN 2 ELSE 3 END,
    d.company_id, d.metric, d.period_end NULLS LAST, d.scope, d.growth_fact_id;
