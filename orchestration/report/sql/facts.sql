-- The newest facts of the companies with most of them, in the order in which a reader meets them: company, publication,
-- place in the article. $companies and $per_company bound the page.
WITH facts AS (
    SELECT
        company_id, 'fact_financials' AS "table", metric AS kind, segment, measure, basis, accounting, compared_to,
        period_type, period_end, fiscal_period, value, value_high, unit, comparator,
        known_by(published_at, published_precision) AS public_at, article_id, evidence, evidence_start, evidence_end,
        value_start, value_end, confidence, rule, fact_id
    FROM financials
    UNION ALL BY NAME
    SELECT
        company_id, 'fact_security_incidents' AS "table", category AS kind, stage, counterparty, country,
        occurred_on AS happened_on, occurred_precision AS happened_precision, records_affected AS value, unit,
        known_by(published_at, published_precision) AS public_at, article_id, evidence, evidence_start, evidence_end,
        value_start, value_end, confidence, rule, fact_id
    FROM security_incidents
    UNION ALL BY NAME
    SELECT
        company_id, 'fact_market_moves' AS "table", move_type AS kind, direction, status, counterparty, country,
        is_record, session, horizon, effective_on AS happened_on, effective_precision AS happened_precision,
        value, value_high, unit, comparator,
        known_by(published_at, published_precision) AS public_at, article_id, evidence, evidence_start, evidence_end,
        value_start, value_end, confidence, rule, fact_id
    FROM market_moves
),
ranked AS (
    SELECT company_id, row_number() OVER (ORDER BY company_id IS NULL, count(*) DESC, company_id) AS place
    FROM facts
    GROUP BY company_id
),
newest AS (
    SELECT r.place, f.*
    FROM facts AS f
    JOIN ranked AS r ON r.company_id IS NOT DISTINCT FROM f.company_id
    WHERE r.place <= $companies
    QUALIFY row_number() OVER (
        PARTITION BY r.place ORDER BY f.public_at DESC NULLS LAST, f.article_id, f.evidence_start, f.value_start, f.fact_id
    ) <= $per_company
)
SELECT
    n.*, a.language, a.title, a.uri, a.published_at, a.published_precision,
    CASE WHEN a.source_id <> a.cluster_id THEN coalesce(s.name, a.source_id) END AS source
FROM newest AS n
LEFT JOIN articles AS a ON a.article_id = n.article_id
LEFT JOIN dim_source AS s ON s.source_id = a.source_id
ORDER BY
    n.place, n.public_at NULLS LAST, n.article_id, n.evidence_start, n.evidence_end, n.value_start NULLS LAST, n."table",
    n.fact_id;
