-- What analysts start from. Nothing here depends on the order of rows, on sums of floating-point numbers or on the
-- time zone of the reader; where one row is chosen among several, fact_id settles what is left equal.

CREATE VIEW financials_history AS
SELECT
    f.*,
    c.name AS company_name, c.country AS company_country, c.ticker AS ticker,
    a.source_id AS source_id, s.name AS source_name, a.uri AS uri, a.title AS title,
    s.rank AS source_rank
FROM fact_financials AS f
LEFT JOIN dim_company AS c ON c.company_id = f.company_id
LEFT JOIN articles AS a ON a.article_id = f.article_id
LEFT JOIN dim_source AS s ON s.source_id = a.source_id;
COMMENT ON VIEW financials_history IS 'Every financial fact that ever held, with company, source and article, and the positions between which it held';

CREATE VIEW security_incidents_history AS
SELECT
    f.*,
    c.name AS company_name, c.country AS company_country, c.ticker AS ticker,
    a.source_id AS source_id, s.name AS source_name, a.uri AS uri, a.title AS title
FROM fact_security_incidents AS f
LEFT JOIN dim_company AS c ON c.company_id = f.company_id
LEFT JOIN articles AS a ON a.article_id = f.article_id
LEFT JOIN dim_source AS s ON s.source_id = a.source_id;
COMMENT ON VIEW security_incidents_history IS 'Every security fact that ever held, with company, source and article, and the positions between which it held';

CREATE VIEW market_moves_history AS
SELECT
    f.*,
    c.name AS company_name, c.country AS company_country, c.ticker AS ticker,
    a.source_id AS source_id, s.name AS source_name, a.uri AS uri, a.title AS title
FROM fact_market_moves AS f
LEFT JOIN dim_company AS c ON c.company_id = f.company_id
LEFT JOIN articles AS a ON a.article_id = f.article_id
LEFT JOIN dim_source AS s ON s.source_id = a.source_id;
COMMENT ON VIEW market_moves_history IS 'Every market move that ever held, with company, source and article, and the positions between which it held';

CREATE VIEW financials AS
SELECT * EXCLUDE (retracted_position, retracted_reason) FROM financials_history WHERE retracted_position IS NULL;
COMMENT ON VIEW financials IS 'Current financial facts with company, source and article';

CREATE VIEW security_incidents AS
SELECT * EXCLUDE (retracted_position, retracted_reason) FROM security_incidents_history WHERE retracted_position IS NULL;
COMMENT ON VIEW security_incidents IS 'Current security, privacy and availability matters with company, source and article';

CREATE VIEW market_moves AS
SELECT * EXCLUDE (retracted_position, retracted_reason) FROM market_moves_history WHERE retracted_position IS NULL;
COMMENT ON VIEW market_moves IS 'Current market moves with company, source and article';

CREATE MACRO financials_as_of("position") AS TABLE
SELECT * EXCLUDE (retracted_position, retracted_reason)
FROM financials_history AS f
WHERE f.asserted_position <= CAST("position" AS BIGINT)
    AND (f.retracted_position IS NULL OR f.retracted_position > CAST("position" AS BIGINT));
COMMENT ON MACRO TABLE financials_as_of IS 'Financial facts as the warehouse knew them at a position (BIGINT) of the log';

CREATE MACRO security_incidents_as_of("position") AS TABLE
SELECT * EXCLUDE (retracted_position, retracted_reason)
FROM security_incidents_history AS f
WHERE f.asserted_position <= CAST("position" AS BIGINT)
    AND (f.retracted_position IS NULL OR f.retracted_position > CAST("position" AS BIGINT));
COMMENT ON MACRO TABLE security_incidents_as_of IS 'Security facts as the warehouse knew them at a position (BIGINT) of the log';

CREATE MACRO market_moves_as_of("position") AS TABLE
SELECT * EXCLUDE (retracted_position, retracted_reason)
FROM market_moves_history AS f
WHERE f.asserted_position <= CAST("position" AS BIGINT)
    AND (f.retracted_position IS NULL OR f.retracted_position > CAST("position" AS BIGINT));
COMMENT ON MACRO TABLE market_moves_as_of IS 'Market moves as the warehouse knew them at a position (BIGINT) of the log';

-- Every fact that ever held, in the columns that all three tables have in common.
CREATE VIEW facts_history AS
SELECT
    'fact_financials' AS "table", article_id, fact_id, company_id, metric AS kind,
    concat_ws(' ', segment, measure, basis, accounting, period_role) AS detail,
    comparator, value, value_high, unit, period_end AS about, evidence, uri, extractor,
    asserted_position, retracted_position, retracted_reason
FROM financials_history
UNION ALL BY NAME
SELECT
    'fact_security_incidents' AS "table", article_id, fact_id, company_id, category AS kind,
    concat_ws(' ', stage, counterparty) AS detail,
    records_affected AS value, unit, occurred_on AS about, evidence, uri, extractor,
    asserted_position, retracted_position, retracted_reason
FROM security_incidents_history
UNION ALL BY NAME
SELECT
    'fact_market_moves' AS "table", article_id, fact_id, company_id, move_type AS kind,
    concat_ws(' ', status, counterparty) AS detail,
    comparator, value, value_high, unit, effective_on AS about, evidence, uri, extractor,
    asserted_position, retracted_position, retracted_reason
FROM market_moves_history;
COMMENT ON VIEW facts_history IS 'Every fact of the three tables that ever held, in the columns they have in common, with the positions between which it held';

CREATE MACRO changes_between(earlier, later) AS TABLE
WITH
    before_ AS (
        SELECT * FROM facts_history
        WHERE asserted_position <= CAST(earlier AS BIGINT)
            AND (retracted_position IS NULL OR retracted_position > CAST(earlier AS BIGINT))),
    after_ AS (
        SELECT * FROM facts_history
        WHERE asserted_position <= CAST(later AS BIGINT)
            AND (retracted_position IS NULL OR retracted_position > CAST(later AS BIGINT))),
    -- Of several facts on one thing the first gone goes with the first new.
    gone AS (
        SELECT *, row_number() OVER (PARTITION BY "table", article_id, company_id, kind, detail ORDER BY fact_id) AS place
        FROM before_ ANTI JOIN after_ USING ("table", article_id, fact_id)),
    come AS (
        SELECT *, row_number() OVER (PARTITION BY "table", article_id, company_id, kind, detail ORDER BY fact_id) AS place
        FROM after_ ANTI JOIN before_ USING ("table", article_id, fact_id)),
    ended AS (
        SELECT "table", article_id, fact_id, max_by(retracted_reason, retracted_position) AS reason
        FROM facts_history
        WHERE retracted_position > CAST(earlier AS BIGINT) AND retracted_position <= CAST(later AS BIGINT)
        GROUP BY ALL),
    known AS (SELECT DISTINCT article_id FROM facts_history WHERE asserted_position <= CAST(earlier AS BIGINT)),
    paired AS (
        SELECT
            coalesce(gone."table", come."table") AS "table",
            coalesce(gone.article_id, come.article_id) AS article_id,
            coalesce(gone.company_id, come.company_id) AS company_id,
            coalesce(gone.kind, come.kind) AS kind,
            coalesce(come.detail, gone.detail) AS detail,
            gone.fact_id AS fact_before, come.fact_id AS fact_after,
            gone.value AS value_before, come.value AS value_after,
            coalesce(come.unit, gone.unit) AS unit,
            gone.evidence AS evidence_before, come.evidence AS evidence_after,
            come.extractor AS extractor,
            coalesce(come.uri, gone.uri) AS uri
        FROM gone
        FULL JOIN come
            ON gone."table" = come."table" AND gone.article_id = come.article_id AND gone.place = come.place
            AND gone.kind = come.kind AND gone.detail IS NOT DISTINCT FROM come.detail
            AND gone.company_id IS NOT DISTINCT FROM come.company_id)
SELECT
    CASE WHEN p.fact_before IS NULL THEN 'asserted' WHEN p.fact_after IS NULL THEN 'retracted' ELSE 'changed' END AS change,
    CASE
        WHEN p.extractor = 'person' THEN 'corrected'
        WHEN e.reason IS NOT NULL THEN e.reason
        WHEN p.article_id NOT IN (SELECT article_id FROM known) THEN 'article_received'
        ELSE coalesce((SELECT max(o.reason) FROM ended AS o WHERE o.article_id = p.article_id AND o.reason <> 'superseded'),
                      'extractor_changed')
    END AS reason,
    p."table", p.company_id, p.kind, p.detail, p.value_before, p.value_after, p.unit, p.evidence_before, p.evidence_after,
    p.uri, p.article_id, p.fact_before, p.fact_after
FROM paired AS p
LEFT JOIN ended AS e ON e."table" = p."table" AND e.article_id = p.article_id AND e.fact_id = p.fact_before
ORDER BY p.company_id NULLS LAST, p."table", p.kind, p.article_id, fact_after, fact_before;
COMMENT ON MACRO TABLE changes_between IS 'What was asserted, retracted and changed between two positions (BIGINT) of the log, and why';

-- What a number is about, as one key, so that two statements are comparable exactly if their keys are equal.
--
-- Segment and accounting take part with their nulls: "not said" is comparable with "not said" only. A change without a
-- stated base is read as one against the year before where its period is a span, which is how news reports growth.
--
-- Period, the first of these that is known:
--   1. the last day of the period;
--   2. the last day that the fiscal label stands for in the other facts of the company, if they agree on one;
--   3. the fiscal label itself;
--   4. for a fact that has a period type but no dates ("in the quarter", "now employs"): its role and the calendar month
--      in which it was published. Two such statements of one month lack the date for the same reason, that the text
--      leaves it to the reader's calendar, and so mean the same period; a dated statement never meets an undated one;
--   5. none: comparable within its own article only.
--
-- Guidance and consensus change while their period stays the same, and a later one supersedes: they are comparable only
-- when published in the same calendar month, which stands for the same issuance.
CREATE VIEW financial_statements AS
WITH labels AS (
    SELECT company_id, period_type, fiscal_period, min(period_end) AS period_end
    FROM fact_financials
    WHERE retracted_position IS NULL AND company_id IS NOT NULL AND fiscal_period IS NOT NULL AND period_end IS NOT NULL
    GROUP BY company_id, period_type, fiscal_period
    HAVING min(period_end) = max(period_end)
),
dated AS (
    SELECT
        f.*,
        coalesce(f.period_end, l.period_end) AS resolved_end,
        CASE WHEN f.published_precision IN ('second', 'day', 'month')
            THEN strftime(f.published_at AT TIME ZONE 'UTC', '%Y-%m') END AS issued_in,
        CASE WHEN f.measure = 'change'
            THEN coalesce(f.compared_to, CASE WHEN f.period_type <> 'instant' THEN 'year_ago' END) END AS against
    FROM financials AS f
    LEFT JOIN labels AS l
        ON f.period_end IS NULL
        AND l.company_id = f.company_id
        AND l.fiscal_period = f.fiscal_period
        AND l.period_type IS NOT DISTINCT FROM f.period_type
    WHERE f.value IS NOT NULL
),
keyed AS (
    SELECT
        d.*,
        CASE
            WHEN resolved_end IS NOT NULL THEN CAST(resolved_end AS VARCHAR)
            WHEN fiscal_period IS NOT NULL THEN fiscal_period
            WHEN period_type IS NOT NULL AND issued_in IS NOT NULL THEN concat(period_role, ' in ', issued_in)
            ELSE concat('article ', article_id)
        END AS period_key,
        CASE WHEN basis = 'actual' THEN '' ELSE coalesce(issued_in, concat('article ', article_id)) END AS issuance
    FROM dated AS d
)
SELECT
    k.*,
    CASE WHEN company_id IS NOT NULL AND unit IS NOT NULL THEN concat_ws('|',
        company_id, metric, coalesce(segment, '-'), measure, coalesce(against, '-'), basis, issuance,
        coalesce(accounting, '-'), unit, coalesce(period_type, '-'), period_key) END AS subject_key,
    interval_low(value, value_high, value_step, comparator) AS low,
    interval_low_open(value, value_high, value_step, comparator) AS low_open,
    interval_high(value, value_high, value_step, comparator) AS high,
    interval_high_open(value, value_high, value_step, comparator) AS high_open
FROM keyed AS k;
COMMENT ON VIEW financial_statements IS 'Current financial facts with what they are about as one key and the interval of values that each allows';

CREATE VIEW contradictions AS
WITH said AS (
    -- Copies of one text speak once.
    SELECT s.*, count(*) OVER same_words AS copies
    FROM financial_statements AS s
    WHERE subject_key IS NOT NULL AND cluster_id IS NOT NULL
    WINDOW same_words AS (PARTITION BY subject_key, cluster_id, value, value_high, value_step, comparator)
    QUALIFY row_number() OVER (
        PARTITION BY subject_key, cluster_id, value, value_high, value_step, comparator
        ORDER BY confidence DESC, published_at NULLS LAST, fact_id) = 1
),
pairs AS (
    SELECT
        a AS a, b AS b,
        TRY(greatest(a.low, b.low) - least(a.high, b.high)) AS gap,
        TRY(abs(a.value - b.value)) AS difference,
        greatest(abs(a.value), abs(b.value)) AS larger
    FROM said AS a
    JOIN said AS b ON b.subject_key = a.subject_key AND b.cluster_id <> a.cluster_id
    -- Each pair once: what was public first stands first.
    WHERE (coalesce(epoch_us(a.published_at), 9223372036854775807), a.fact_id)
            < (coalesce(epoch_us(b.published_at), 9223372036854775807), b.fact_id)
        AND NOT intervals_meet(
            a.low, a.low_open, a.high, a.high_open, b.low, b.low_open, b.high, b.high_open)
),
graded AS (
    SELECT
        p.*,
        CASE
            WHEN coalesce(TRY(p.difference * 10 >= p.larger), true) THEN 'high'
            WHEN coalesce(TRY(p.difference * 100 >= p.larger), true) THEN 'medium'
            ELSE 'low'
        END AS severity,
        round(CAST(p.difference AS DOUBLE) / CAST(nullif(p.larger, 0) AS DOUBLE), 6) AS relative_difference
    FROM pairs AS p
)
SELECT
    row_number() OVER (
        ORDER BY
            CASE severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,
            -- Numbers three times as large speak more often of two things, or are misread, than they contradict each other;
            -- and what has happened weighs more than what is expected.
            coalesce(relative_difference > 0.67, false), a.basis <> 'actual',
            least(a.confidence, b.confidence) DESC, relative_difference DESC, a.fact_id, b.fact_id) AS rank,
    severity,
    a.company_id AS company_id, a.company_name AS company_name,
    a.metric AS metric, a.segment AS segment, a.measure AS measure, a.basis AS basis, a.accounting AS accounting,
    a.unit AS unit, a.against AS compared_to, a.period_type AS period_type,
    a.resolved_end AS period_end, coalesce(a.fiscal_period, b.fiscal_period) AS fiscal_period, a.period_key AS period,
    a.comparator AS comparator_a, a.value AS value_a, a.value_high AS value_high_a, a.value_step AS value_step_a,
    b.comparator AS comparator_b, b.value AS value_b, b.value_high AS value_high_b, b.value_step AS value_step_b,
    difference, gap, relative_difference,
    a.evidence AS evidence_a, b.evidence AS evidence_b,
    a.source_id AS source_a, b.source_id AS source_b,
    a.language AS language_a, b.language AS language_b,
    a.published_at AS published_at_a, b.published_at AS published_at_b,
    a.uri AS uri_a, b.uri AS uri_b,
    a.confidence AS confidence_a, b.confidence AS confidence_b,
    a.copies AS copies_a, b.copies AS copies_b,
    a.article_id AS article_id_a, b.article_id AS article_id_b,
    a.cluster_id AS cluster_id_a, b.cluster_id AS cluster_id_b,
    a.fact_id AS fact_id_a, b.fact_id AS fact_id_b
FROM graded;
COMMENT ON VIEW contradictions IS 'Pairs of statements on the same thing from independent texts that cannot both be exact; the gravest first by rank';
COMMENT ON COLUMN contradictions.severity IS 'By the difference of the values against the larger: high from 10 %, medium from 1 %, else low';
COMMENT ON COLUMN contradictions.gap IS 'Distance between the two intervals: what no rounding explains';
COMMENT ON COLUMN contradictions.difference IS 'Distance between the two values as stated';
COMMENT ON COLUMN contradictions.copies_a IS 'Facts of the same text cluster that say the same as the first';

CREATE VIEW financials_reconciled AS
WITH said AS (
    SELECT * FROM financial_statements WHERE subject_key IS NOT NULL AND cluster_id IS NOT NULL
),
candidates AS (
    SELECT
        subject_key, value, value_high, value_step, comparator,
        any_value(low) AS low, any_value(low_open) AS low_open,
        any_value(high) AS high, any_value(high_open) AS high_open,
        max(confidence) AS confidence, min(fact_id) AS first_fact
    FROM said
    GROUP BY subject_key, value, value_high, value_step, comparator
),
supported AS (
    SELECT
        c.*,
        count(*) AS supporting_facts,
        count(DISTINCT s.cluster_id) AS supporting_clusters,
        count(DISTINCT s.article_id) - count(DISTINCT s.cluster_id) AS supporting_copies,
        count(DISTINCT s.source_id) AS supporting_sources,
        count(DISTINCT s.language) AS supporting_languages,
        list_sort(list(DISTINCT s.language)) AS languages,
        min(s.source_rank) AS best_rank,
        min(s.published_at) AS first_published, max(s.published_at) AS last_published
    FROM candidates AS c
    JOIN said AS s
        ON s.subject_key = c.subject_key
        AND intervals_meet(c.low, c.low_open, c.high, c.high_open, s.low, s.low_open, s.high, s.high_open)
    GROUP BY ALL
),
chosen AS (
    -- Most independent texts; among equals the most precise, that of the source to be believed first, the plainest, the surest.
    SELECT * FROM supported
    QUALIFY row_number() OVER (
        PARTITION BY subject_key
        ORDER BY supporting_clusters DESC, TRY(high - low), best_rank NULLS LAST, comparator <> 'eq', confidence DESC, first_fact) = 1
),
evidences AS (
    SELECT s.*
    FROM said AS s
    JOIN chosen AS c
        ON c.subject_key = s.subject_key
        AND c.value = s.value AND c.comparator IS NOT DISTINCT FROM s.comparator
        AND c.value_high IS NOT DISTINCT FROM s.value_high AND c.value_step IS NOT DISTINCT FROM s.value_step
    QUALIFY row_number() OVER (
        PARTITION BY s.subject_key
        ORDER BY s.source_rank NULLS LAST, s.confidence DESC, s.published_at NULLS LAST, s.fact_id) = 1
),
heard AS (
    SELECT subject_key, count(*) AS facts, count(DISTINCT cluster_id) AS clusters, max(fiscal_period) AS fiscal_period
    FROM said
    GROUP BY subject_key
)
SELECT
    e.company_id, e.company_name, e.metric, e.segment, e.measure, e.against AS compared_to, e.basis, e.accounting, e.unit,
    e.period_type, e.period_start, e.resolved_end AS period_end, h.fiscal_period, e.period_key AS period,
    e.comparator, e.value, e.value_high, e.value_step,
    c.supporting_clusters, c.supporting_copies, c.supporting_sources, c.supporting_languages, c.languages, c.supporting_facts,
    h.clusters - c.supporting_clusters AS dissenting_clusters,
    h.facts - c.supporting_facts AS dissenting_facts,
    c.first_published, c.last_published,
    e.evidence, e.confidence, e.language, e.source_id, e.source_rank, e.published_at, e.uri, e.article_id, e.fact_id
FROM chosen AS c
JOIN evidences AS e ON e.subject_key = c.subject_key
JOIN heard AS h ON h.subject_key = c.subject_key;
COMMENT ON VIEW financials_reconciled IS 'For each thing that numbers were stated about: the value that most independent texts support, its support, its dissent and its best evidence';
COMMENT ON COLUMN financials_reconciled.supporting_clusters IS 'Independent texts with a statement that allows the value; copies count once';
COMMENT ON COLUMN financials_reconciled.supporting_copies IS 'Articles with such a statement that only repeat the text of another, not counted as support';
COMMENT ON COLUMN financials_reconciled.dissenting_clusters IS 'Independent texts of which no statement allows the value';

CREATE VIEW company_timeline AS
SELECT
    known_by(published_at, published_precision) AS public_at, published_at, published_precision,
    company_id, company_name, 'fact_financials' AS "table", metric AS kind, concat_ws(' ', segment, measure, basis) AS detail,
    comparator, value, value_high, unit, period_end AS about, evidence, language, source_id, title, uri, confidence,
    article_id, fact_id
FROM financials
UNION ALL BY NAME
SELECT
    known_by(published_at, published_precision) AS public_at, published_at, published_precision,
    company_id, company_name, 'fact_security_incidents' AS "table", category AS kind,
    concat_ws(' ', stage, counterparty) AS detail,
    records_affected AS value, unit, occurred_on AS about, evidence, language, source_id, title, uri, confidence,
    article_id, fact_id
FROM security_incidents
UNION ALL BY NAME
SELECT
    known_by(published_at, published_precision) AS public_at, published_at, published_precision,
    company_id, company_name, 'fact_market_moves' AS "table", move_type AS kind,
    concat_ws(' ', direction, status, counterparty) AS detail,
    comparator, value, value_high, unit, effective_on AS about, evidence, language, source_id, title, uri, confidence,
    article_id, fact_id
FROM market_moves
ORDER BY company_id, public_at NULLS LAST, article_id, "table", fact_id;
COMMENT ON VIEW company_timeline IS 'Every current fact of every company in the order in which it became public';
