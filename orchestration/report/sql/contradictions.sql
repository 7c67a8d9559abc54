-- Contradictions with what a reader needs to judge them: the number's place in each evidence, the article, and the
-- interval of values that each statement allows.
SELECT
    c.*,
    interval_low(c.value_a, c.value_high_a, c.value_step_a, c.comparator_a) AS low_a,
    interval_high(c.value_a, c.value_high_a, c.value_step_a, c.comparator_a) AS high_a,
    interval_low(c.value_b, c.value_high_b, c.value_step_b, c.comparator_b) AS low_b,
    interval_high(c.value_b, c.value_high_b, c.value_step_b, c.comparator_b) AS high_b,
    fa.value_start - fa.evidence_start AS mark_start_a, fa.value_end - fa.evidence_start AS mark_end_a,
    fb.value_start - fb.evidence_start AS mark_start_b, fb.value_end - fb.evidence_start AS mark_end_b,
    aa.title AS title_a, aa.published_precision AS published_precision_a,
    ab.title AS title_b, ab.published_precision AS published_precision_b,
    CASE WHEN aa.source_id <> aa.cluster_id THEN coalesce(sa.name, aa.source_id) END AS name_a,
    CASE WHEN ab.source_id <> ab.cluster_id THEN coalesce(sb.name, ab.source_id) END AS name_b
FROM contradictions AS c
LEFT JOIN fact_financials AS fa ON fa.fact_id = c.fact_id_a AND fa.retracted_position IS NULL
LEFT JOIN fact_financials AS fb ON fb.fact_id = c.fact_id_b AND fb.retracted_position IS NULL
LEFT JOIN articles AS aa ON aa.article_id = c.article_id_a
LEFT JOIN articles AS ab ON ab.article_id = c.article_id_b
LEFT JOIN dim_source AS sa ON sa.source_id = aa.source_id
LEFT JOIN dim_source AS sb ON sb.source_id = ab.source_id
ORDER BY c.rank
LIMIT $pairs;
