-- Arithmetic that the facts allow. No verdict rests on a division or on floating-point numbers; every number is the interval
-- that its last stated digit allows.

-- Growth against the two levels it speaks of. All verdicts compare products: growth of g percent from b to n means
-- n * 100 = (100 + g) * b, and a multiple of m means n = m * b. Each of n, b and the growth is an interval, and the
-- statement holds if some choice within all three fulfils the equation. Where the levels are so coarse that they would
-- let pass both half the growth and one and a half times the growth, passing says nothing: not decidable. So is growth
-- from nothing, and between a profit and a loss; between two losses the growth is that of the loss.
CREATE VIEW growth_checks AS
WITH growth AS (
    SELECT s.*, CASE unit WHEN 'percent' THEN 100 ELSE 1 END AS scale, CASE unit WHEN 'percent' THEN 100 ELSE 0 END AS base
    FROM financial_statements AS s
    WHERE measure = 'change' AND unit IN ('percent', 'multiple') AND subject_key IS NOT NULL
),
levels AS (
    SELECT
        s.*,
        TRY(s.high - s.low) AS width,
        coalesce(s.period_type, '-') AS span,
        CASE s.period_type WHEN 'month' THEN 1 WHEN 'quarter' THEN 3 WHEN 'half' THEN 6 WHEN 'year' THEN 12 END AS months,
        CASE WHEN regexp_matches(s.fiscal_period, '^FY[0-9]{4}')
            THEN concat('FY', CAST(CAST(substr(s.fiscal_period, 3, 4) AS INTEGER) - 1 AS VARCHAR), substr(s.fiscal_period, 7))
        END AS label_year_ago
    FROM financial_statements AS s
    WHERE measure = 'level' AND subject_key IS NOT NULL AND unit NOT IN ('percent', 'multiple')
),
-- The levels that stand for what all articles together say.
settled AS (
    SELECT l.* FROM levels AS l WHERE l.fact_id IN (SELECT r.fact_id FROM financials_reconciled AS r)
),
tried AS (
    SELECT 'article' AS scope, g AS g, n AS n, b AS b
    FROM growth AS g
    JOIN levels AS n ON n.article_id = g.article_id AND n.company_id = g.company_id AND n.metric = g.metric
    JOIN levels AS b ON b.article_id = g.article_id AND b.company_id = g.company_id AND b.metric = g.metric
    UNION ALL
    SELECT 'warehouse' AS scope, g AS g, n AS n, b AS b
    FROM growth AS g
    JOIN settled AS n ON n.company_id = g.company_id AND n.metric = g.metric
    JOIN settled AS b ON b.company_id = g.company_id AND b.metric = g.metric
),
matched AS (
    SELECT t.*
    FROM tried AS t
    WHERE n.fact_id <> b.fact_id
        AND n.unit = b.unit
        AND n.segment IS NOT DISTINCT FROM g.segment AND b.segment IS NOT DISTINCT FROM g.segment
        AND n.accounting IS NOT DISTINCT FROM g.accounting AND b.accounting IS NOT DISTINCT FROM g.accounting
        AND n.basis = g.basis AND n.issuance = g.issuance AND b.basis = 'actual'
        AND n.span = coalesce(g.period_type, '-') AND b.span = n.span
        AND n.period_key = g.period_key
        AND CASE
            WHEN n.resolved_end IS NOT NULL AND b.resolved_end IS NOT NULL THEN
                -- Ten days of grace: fiscal years of 52 weeks end on another day each year.
                abs(date_diff('day', b.resolved_end, CAST(n.resolved_end - to_months(CAST(
                    CASE WHEN g.against = 'previous_period' THEN n.months ELSE 12 END AS INTEGER)) AS DATE))) <= 10
            WHEN n.fiscal_period IS NOT NULL AND b.fiscal_period IS NOT NULL THEN
                coalesce(g.against, 'year_ago') = 'year_ago' AND b.fiscal_period = n.label_year_ago
            ELSE
                n.article_id = b.article_id AND n.resolved_end IS NULL AND b.resolved_end IS NULL
                AND n.period_role = 'current' AND b.period_role = 'comparative'
        END
    QUALIFY row_number() OVER (
        PARTITION BY g.fact_id, scope
        ORDER BY n.width, b.width, n.confidence DESC, b.confidence DESC, n.fact_id, b.fact_id) = 1
),
oriented AS (
    SELECT
        m.*,
        n.low < 0 AND n.high <= 0 AND b.low < 0 AND b.high <= 0 AS losses,
        TRY(g.low + g.base) AS growth_low, TRY(g.high + g.base) AS growth_high,
        TRY(greatest(CAST(abs(g.value - (g.scale - g.base)) * 0.5 AS DECIMAL(38, 6)), coalesce(g.value_step, 0))) AS slack
    FROM matched AS m
    -- The same two levels need no second row.
    WHERE NOT (scope = 'warehouse' AND n.article_id = g.article_id AND b.article_id = g.article_id)
),
bounds AS (
    SELECT
        o.*,
        CASE WHEN losses THEN -n.high ELSE n.low END AS now_low,
        CASE WHEN losses THEN -n.low ELSE n.high END AS now_high,
        CASE WHEN losses THEN -b.high ELSE b.low END AS before_low,
        CASE WHEN losses THEN -b.low ELSE b.high END AS before_high
    FROM oriented AS o
),
products AS (
    -- One TRY around each product: DuckDB lifts a product that stands twice out of the TRYs around it.
    SELECT
        x.*,
        TRY(now_low * g.scale) AS least_now, TRY(now_high * g.scale) AS most_now,
        TRY(growth_low * before_low) AS least_stated, TRY(growth_high * before_high) AS most_stated,
        TRY((growth_low - slack) * before_high) AS less_growth, TRY((growth_high + slack) * before_low) AS more_growth
    FROM bounds AS x
),
compared AS (
    SELECT
        y.*,
        least_now <= most_stated AS not_too_low, most_now >= least_stated AS not_too_high,
        least_now < less_growth AS lets_less_pass, most_now > more_growth AS lets_more_pass
    FROM products AS y
)
SELECT
    'growth' AS "check",
    CASE
        WHEN before_low <= 0 OR now_low < 0 OR not_too_low IS NULL OR not_too_high IS NULL THEN 'not_decidable'
        WHEN NOT (not_too_low AND not_too_high) THEN 'fails'
        WHEN lets_less_pass AND lets_more_pass THEN 'not_decidable'
        ELSE 'holds'
    END AS verdict,
    CASE
        WHEN before_low <= 0 THEN 'the earlier level is not clearly on one side of zero'
        WHEN now_low < 0 THEN 'the two levels are on different sides of zero'
        WHEN not_too_low IS NULL OR not_too_high IS NULL THEN 'the numbers are too large to compare'
        WHEN NOT not_too_low THEN 'the levels give more growth than stated'
        WHEN NOT not_too_high THEN 'the levels give less growth than stated'
        WHEN lets_less_pass AND lets_more_pass THEN 'the levels are too coarse to tell'
    END AS reason,
    scope,
    g.company_id AS company_id, g.company_name AS company_name, g.metric AS metric, g.segment AS segment,
    g.basis AS basis, g.accounting AS accounting, g.period_type AS period_type,
    g.resolved_end AS period_end, g.fiscal_period AS fiscal_period, g.against AS compared_to,
    g.comparator AS growth_comparator, g.value AS growth, g.unit AS growth_unit,
    n.comparator AS level_comparator, n.value AS level, b.comparator AS earlier_comparator, b.value AS earlier_level,
    n.unit AS level_unit, b.resolved_end AS earlier_period_end,
    -- For the eye only; no verdict rests on a division.
    CASE WHEN before_low > 0 AND now_low >= 0
        THEN round(CAST(now_low AS DOUBLE) / CAST(before_high AS DOUBLE) * g.scale - g.base, 2) END AS derived_low,
    CASE WHEN before_low > 0 AND now_low >= 0
        THEN round(CAST(now_high AS DOUBLE) / CAST(before_low AS DOUBLE) * g.scale - g.base, 2) END AS derived_high,
    g.evidence AS growth_evidence, n.evidence AS level_evidence, b.evidence AS earlier_evidence,
    g.uri AS growth_uri, n.uri AS level_uri, b.uri AS earlier_uri,
    g.fact_id AS growth_fact_id, n.fact_id AS level_fact_id, b.fact_id AS earlier_fact_id
FROM compared;
COMMENT ON VIEW growth_checks IS 'Stated growth against the two levels it speaks of, within one article and across all';

-- A stated margin against its parts: the margin of m percent means part * 100 = m * revenue. As with growth, the statement
-- holds if some choice within the three intervals fulfils it, and parts too coarse to tell half of it from all are no proof.
CREATE VIEW margin_checks AS
WITH stated AS (
    SELECT s.*, CASE metric WHEN 'operating_margin' THEN 'operating_income' ELSE 'gross_profit' END AS part_metric
    FROM financial_statements AS s
    WHERE metric IN ('operating_margin', 'gross_margin') AND measure = 'level' AND unit = 'percent' AND subject_key IS NOT NULL
),
amounts AS (
    SELECT s.*, TRY(s.high - s.low) AS width
    FROM financial_statements AS s
    WHERE metric IN ('operating_income', 'gross_profit', 'revenue')
        AND measure = 'level' AND unit NOT IN ('percent', 'multiple') AND subject_key IS NOT NULL
),
settled AS (SELECT a.* FROM amounts AS a WHERE a.fact_id IN (SELECT r.fact_id FROM financials_reconciled AS r)),
tried AS (
    SELECT 'article' AS scope, m AS m, p AS p, w AS w
    FROM stated AS m
    JOIN amounts AS p ON p.article_id = m.article_id AND p.company_id = m.company_id AND p.metric = m.part_metric
    JOIN amounts AS w ON w.article_id = m.article_id AND w.company_id = m.company_id AND w.metric = 'revenue'
    UNION ALL
    SELECT 'warehouse' AS scope, m AS m, p AS p, w AS w
    FROM stated AS m
    JOIN settled AS p ON p.company_id = m.company_id AND p.metric = m.part_metric
    JOIN settled AS w ON w.company_id = m.company_id AND w.metric = 'revenue'
),
matched AS (
    SELECT t.*
    FROM tried AS t
    WHERE p.unit = w.unit
        AND p.period_key = m.period_key AND w.period_key = m.period_key
        AND p.period_type IS NOT DISTINCT FROM m.period_type AND w.period_type IS NOT DISTINCT FROM m.period_type
        AND p.segment IS NOT DISTINCT FROM m.segment AND w.segment IS NOT DISTINCT FROM m.segment
        AND p.basis = m.basis AND w.basis = m.basis AND p.issuance = m.issuance AND w.issuance = m.issuance
        -- Revenue is seldom said to be adjusted where the result is.
        AND p.accounting IS NOT DISTINCT FROM m.accounting
        AND (w.accounting IS NULL OR w.accounting = m.accounting)
        AND NOT (scope = 'warehouse' AND p.article_id = m.article_id AND w.article_id = m.article_id)
    QUALIFY row_number() OVER (
        PARTITION BY m.fact_id, scope
        ORDER BY p.width, w.width, p.confidence DESC, w.confidence DESC, p.fact_id, w.fact_id) = 1
),
slackened AS (
    SELECT *, TRY(greatest(CAST(abs(m.value) * 0.5 AS DECIMAL(38, 6)), coalesce(m.value_step, 0))) AS slack FROM matched
),
products AS (
    SELECT
        s.*,
        TRY(p.low * 100) AS least_part, TRY(p.high * 100) AS most_part,
        TRY(m.low * CASE WHEN m.low < 0 THEN w.high ELSE w.low END) AS least_stated,
        TRY(m.high * CASE WHEN m.high < 0 THEN w.low ELSE w.high END) AS most_stated,
        TRY((m.low - slack) * CASE WHEN m.low - slack < 0 THEN w.low ELSE w.high END) AS less_stated,
        TRY((m.high + slack) * CASE WHEN m.high + slack < 0 THEN w.high ELSE w.low END) AS more_stated
    FROM slackened AS s
)
SELECT
    'margin' AS "check",
    CASE
        WHEN w.low <= 0 OR least_part IS NULL OR most_part IS NULL OR least_stated IS NULL OR most_stated IS NULL
            THEN 'not_decidable'
        WHEN least_part > most_stated OR most_part < least_stated THEN 'fails'
        WHEN least_part < less_stated AND most_part > more_stated THEN 'not_decidable'
        ELSE 'holds'
    END AS verdict,
    CASE
        WHEN w.low <= 0 THEN 'the revenue is not clearly above zero'
        WHEN least_part IS NULL OR most_part IS NULL OR least_stated IS NULL OR most_stated IS NULL
            THEN 'the numbers are too large to compare'
        WHEN least_part > most_stated THEN 'the parts give a larger margin than stated'
        WHEN most_part < least_stated THEN 'the parts give a smaller margin than stated'
        WHEN least_part < less_stated AND most_part > more_stated THEN 'the parts are too coarse to tell'
    END AS reason,
    scope,
    m.company_id AS company_id, m.company_name AS company_name, m.metric AS metric, m.segment AS segment,
    m.basis AS basis, m.accounting AS accounting, m.period_type AS period_type,
    m.resolved_end AS period_end, m.fiscal_period AS fiscal_period,
    m.comparator AS stated_comparator, m.value AS stated, m.unit AS stated_unit,
    p.comparator AS level_comparator, p.value AS level, w.comparator AS whole_comparator, w.value AS whole, p.unit AS level_unit,
    CASE WHEN w.low > 0 THEN round(least(CAST(p.low AS DOUBLE) / CAST(w.high AS DOUBLE),
        CAST(p.low AS DOUBLE) / CAST(w.low AS DOUBLE)) * 100, 2) END AS derived_low,
    CASE WHEN w.low > 0 THEN round(greatest(CAST(p.high AS DOUBLE) / CAST(w.low AS DOUBLE),
        CAST(p.high AS DOUBLE) / CAST(w.high AS DOUBLE)) * 100, 2) END AS derived_high,
    m.evidence AS stated_evidence, p.evidence AS level_evidence, w.evidence AS whole_evidence,
    m.uri AS stated_uri, p.uri AS level_uri, w.uri AS whole_uri,
    m.fact_id AS stated_fact_id, p.fact_id AS level_fact_id, w.fact_id AS whole_fact_id
FROM products;
COMMENT ON VIEW margin_checks IS 'Stated margins against operating income or gross profit and revenue, within one article and across all';

-- What came against what was expected: the number that most independent texts state of a period, per-share figures among
-- them, against each issuance of an outlook or of a consensus that was public before it.
CREATE VIEW outlook_checks AS
WITH actual AS (
    SELECT s.* FROM financial_statements AS s
    WHERE basis = 'actual' AND s.fact_id IN (SELECT r.fact_id FROM financials_reconciled AS r)
),
expected AS (
    SELECT s.* FROM financial_statements AS s
    WHERE basis IN ('guidance', 'consensus') AND s.fact_id IN (SELECT r.fact_id FROM financials_reconciled AS r)
),
matched AS (
    SELECT e AS e, a AS a
    FROM expected AS e
    JOIN actual AS a ON a.company_id = e.company_id AND a.metric = e.metric AND a.period_key = e.period_key
    WHERE a.unit = e.unit AND a.measure = e.measure
        AND a.against IS NOT DISTINCT FROM e.against
        AND a.segment IS NOT DISTINCT FROM e.segment
        AND a.period_type IS NOT DISTINCT FROM e.period_type
        AND (a.accounting IS NOT DISTINCT FROM e.accounting OR e.accounting IS NULL)
        AND (e.published_at IS NULL OR a.published_at IS NULL OR e.published_at <= a.published_at)
    QUALIFY row_number() OVER (
        PARTITION BY e.fact_id
        ORDER BY a.accounting IS NOT DISTINCT FROM e.accounting DESC, TRY(a.high - a.low), a.fact_id) = 1
)
SELECT
    e.basis AS "check",
    CASE
        WHEN e.low IS NULL OR e.high IS NULL OR a.low IS NULL OR a.high IS NULL THEN 'not_decidable'
        WHEN NOT intervals_meet(a.low, a.low_open, a.high, a.high_open, e.low, e.low_open, e.high, e.high_open)
            -- More than at least so much is what was announced, less than at most so much too.
            AND NOT (e.comparator = 'over' AND a.low >= e.low) AND NOT (e.comparator = 'under' AND a.high <= e.high) THEN 'fails'
        WHEN e.comparator NOT IN ('over', 'under') AND (a.low < e.low AND a.high > e.high) THEN 'not_decidable'
        ELSE 'holds'
    END AS verdict,
    CASE
        WHEN e.low IS NULL OR e.high IS NULL OR a.low IS NULL OR a.high IS NULL THEN 'the numbers are too large to compare'
        WHEN NOT intervals_meet(a.low, a.low_open, a.high, a.high_open, e.low, e.low_open, e.high, e.high_open)
            AND NOT (e.comparator = 'over' AND a.low >= e.low) AND NOT (e.comparator = 'under' AND a.high <= e.high)
            THEN CASE WHEN a.low >= e.high THEN 'more than expected' ELSE 'less than expected' END
        WHEN e.comparator NOT IN ('over', 'under') AND (a.low < e.low AND a.high > e.high)
            THEN 'what came is stated too coarsely to tell'
    END AS reason,
    CASE WHEN e.article_id = a.article_id THEN 'article' ELSE 'warehouse' END AS scope,
    e.company_id AS company_id, e.company_name AS company_name, e.metric AS metric, e.segment AS segment,
    a.basis AS basis, e.accounting AS accounting, e.period_type AS period_type,
    coalesce(e.resolved_end, a.resolved_end) AS period_end, coalesce(e.fiscal_period, a.fiscal_period) AS fiscal_period,
    e.against AS compared_to,
    e.comparator AS stated_comparator, e.value AS stated, e.unit AS stated_unit,
    a.comparator AS level_comparator, a.value AS level, a.unit AS level_unit,
    CAST(a.low AS DOUBLE) AS derived_low, CAST(a.high AS DOUBLE) AS derived_high,
    e.evidence AS stated_evidence, a.evidence AS level_evidence,
    e.uri AS stated_uri, a.uri AS level_uri, e.fact_id AS stated_fact_id, a.fact_id AS level_fact_id
FROM matched;
COMMENT ON VIEW outlook_checks IS 'Outlooks of companies and expectations of analysts against what came: holds where what came lies within what was expected';

CREATE VIEW derived_checks AS
SELECT * FROM growth_checks
UNION ALL BY NAME SELECT * FROM margin_checks
UNION ALL BY NAME SELECT * FROM outlook_checks;
COMMENT ON VIEW derived_checks IS 'Arithmetic that the facts allow: growth against two levels, margins against their parts, outlook and consensus against what came';
COMMENT ON COLUMN derived_checks.verdict IS 'holds, fails or not_decidable';
COMMENT ON COLUMN derived_checks.scope IS 'article where the numbers are those of one article, warehouse where they are the best supported of all articles';

-- What became of each article and its sentences.
CREATE VIEW article_coverage AS
WITH stated AS (
    SELECT 'fact_financials' AS "table", article_id, company_id, retracted_position FROM fact_financials
    UNION ALL
    SELECT 'fact_security_incidents', article_id, company_id, retracted_position FROM fact_security_incidents
    UNION ALL
    SELECT 'fact_market_moves', article_id, company_id, retracted_position FROM fact_market_moves
),
counted AS (
    SELECT
        article_id,
        count(*) FILTER (retracted_position IS NULL) AS facts,
        count(*) FILTER (retracted_position IS NULL AND "table" = 'fact_financials') AS financials,
        count(*) FILTER (retracted_position IS NULL AND "table" = 'fact_security_incidents') AS security_incidents,
        count(*) FILTER (retracted_position IS NULL AND "table" = 'fact_market_moves') AS market_moves,
        count(*) FILTER (retracted_position IS NULL AND company_id IS NULL) AS without_company
    FROM stated
    GROUP BY article_id
),
held AS (
    SELECT article_id, count(DISTINCT fact_id) AS held, string_agg(DISTINCT rule, ', ' ORDER BY rule) AS rules
    FROM quarantine WHERE decision = 'pending' GROUP BY article_id
)
SELECT
    a.article_id, a.uri, a.title, a.source_id, a.language, a.state,
    coalesce(c.facts, 0) AS facts,
    coalesce(c.financials, 0) AS financials,
    coalesce(c.security_incidents, 0) AS security_incidents,
    coalesce(c.market_moves, 0) AS market_moves,
    coalesce(c.without_company, 0) AS without_company,
    coalesce(h.held, 0) AS held,
    a.sentences, a.telling,
    CASE
        WHEN coalesce(c.facts, 0) > 0 THEN NULL
        WHEN a.state = 'rejected' THEN concat('could not be read: ', a.state_reason)
        WHEN a.state = 'withdrawn' THEN concat('withdrawn: ', a.state_reason)
        WHEN a.state = 'quarantined' THEN concat('held back: ', coalesce(h.rules, a.state_reason))
        WHEN a.text_sha256 IS NULL THEN 'not read yet'
        WHEN a.language IS NULL OR a.language = 'und' THEN 'its language is not known'
        WHEN a.sentences = 0 THEN 'no sentence has a number or a word that some rule asks for'
        ELSE 'nothing in it is stated as a fact of the three tables'
    END AS nothing_because
FROM articles AS a
LEFT JOIN counted AS c ON c.article_id = a.article_id
LEFT JOIN held AS h ON h.article_id = a.article_id;
COMMENT ON VIEW article_coverage IS 'For each article how many facts of each table it gave, how many are held back, how many sentences might have given one and did not, and why it gave none';

-- The sentences that might have given a fact and gave none. Their words are not kept here: newsledger coverage URI shows them.
CREATE VIEW silent_sentences AS
WITH each AS (
    SELECT article_id, uri, language, unnest(string_split(silent, ';')) AS told FROM articles WHERE silent <> ''
)
SELECT
    article_id, uri, language,
    CAST(split_part(split_part(told, ':', 1), '-', 1) AS BIGINT) AS sentence_start,
    CAST(split_part(split_part(told, ':', 1), '-', 2) AS BIGINT) AS sentence_end,
    split_part(told, ':', 2) AS why,
    nullif(split_part(told, ':', 3), '') AS reading
FROM each;
COMMENT ON VIEW silent_sentences IS 'Sentences with a number or a telling word that gave no fact, and why';
COMMENT ON COLUMN silent_sentences.why IS 'weighed: a reading was considered and not taken; other_word: its word tells no figure; no_word: no word tells what its number measures';
COMMENT ON COLUMN silent_sentences.reading IS 'The likeliest reading that was weighed: a metric, a category or a type of move';
