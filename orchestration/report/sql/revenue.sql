-- Revenue by the end of its period, for the companies with most of it: one series a company, length of period and
-- currency, with every distinct number that was stated and how many independent texts state it.
WITH levels AS (
    SELECT
        company_id, period_type, unit, resolved_end AS period_end, max(fiscal_period) AS fiscal_period, basis, comparator,
        value, value_high, count(DISTINCT cluster_id) AS texts
    FROM financial_statements
    WHERE metric = 'revenue' AND measure = 'level' AND segment IS NULL
        AND company_id IS NOT NULL AND resolved_end IS NOT NULL AND period_type IN ('quarter', 'half', 'year')
        AND coalesce(accounting, 'gaap') = 'gaap' AND unit NOT IN ('percent', 'count', 'multiple')
    GROUP BY company_id, period_type, unit, resolved_end, basis, comparator, value, value_high
),
series AS (
    SELECT
        company_id, period_type, unit, CAST(sum(texts) AS BIGINT) AS told,
        row_number() OVER (ORDER BY count(DISTINCT period_end) DESC, sum(texts) DESC, company_id, period_type, unit) AS place
    FROM levels
    GROUP BY company_id, period_type, unit
    HAVING count(DISTINCT period_end) > 1
    -- One currency a company: a second one is mostly a conversion of the first.
    QUALIFY row_number() OVER (PARTITION BY company_id, period_type ORDER BY sum(texts) DESC, unit) = 1
)
SELECT s.place, l.*
FROM series AS s
JOIN levels AS l ON l.company_id = s.company_id AND l.period_type = s.period_type AND l.unit = s.unit
WHERE s.place <= $charts
QUALIFY dense_rank() OVER (PARTITION BY s.place ORDER BY l.period_end DESC) <= $periods
ORDER BY s.place, l.period_end, l.basis, l.texts DESC, l.value, l.value_high NULLS FIRST, l.comparator;
