-- Matters: what several articles tell of one deal or one incident, put together, with members and disagreements.
--
-- Facts of one matter are those on the same parties whose days follow each other without a long silence. The day is
-- that of publication; one that is not known stands at the start of the company's matters and so joins the first.

-- Names of other parties are as written: compared without case, accents and everything that is no letter or digit.
CREATE MACRO party_key(name) AS nullif(regexp_replace(lower(strip_accents(name)), '[^\p{L}\p{N}]', '', 'g'), '');
COMMENT ON MACRO party_key IS 'A name for comparison: lower case, letters and digits only';

CREATE VIEW deals AS
WITH told AS (
    SELECT
        m.*,
        coalesce(m.counterparty_id, party_key(m.counterparty)) AS party,
        coalesce(m.company_id, 'article ' || m.article_id) AS owner
    FROM market_moves AS m
    WHERE m.move_type IN ('acquisition', 'divestiture', 'investment')
),
names AS (SELECT DISTINCT owner, move_type, party FROM told WHERE party IS NOT NULL),
shorter AS (
    -- "Delta Optics" and "Delta Optics S.r.l." are one: the shortest name that the others begin with.
    SELECT a.owner, a.move_type, a.party, min_by(b.party, length(b.party)) AS one_party
    FROM names AS a
    JOIN names AS b
        ON b.owner = a.owner AND b.move_type = a.move_type AND starts_with(a.party, b.party)
        AND (length(b.party) >= 4 OR b.party = a.party)
    GROUP BY ALL
),
only_party AS (
    -- "It paid 400 million" without the other's name is said of the one deal of its article, if there is just one.
    SELECT t.article_id, t.owner, t.move_type, any_value(s.one_party) AS one_party
    FROM told AS t
    JOIN shorter AS s ON s.owner = t.owner AND s.move_type = t.move_type AND s.party = t.party
    GROUP BY ALL
    HAVING count(DISTINCT s.one_party) = 1
),
named AS (
    SELECT t.*, coalesce(s.one_party, o.one_party, '') AS one_party
    FROM told AS t
    LEFT JOIN shorter AS s ON s.owner = t.owner AND s.move_type = t.move_type AND s.party = t.party
    LEFT JOIN only_party AS o
        ON t.party IS NULL AND o.article_id = t.article_id AND o.owner = t.owner AND o.move_type = t.move_type
),
same_amount AS (
    -- A name in another script, and one that was not caught: the same large sum, to the digit, is the same deal.
    SELECT a.owner, a.move_type, a.one_party, min(b.one_party) AS first_party
    FROM named AS a
    JOIN named AS b
        ON b.owner = a.owner AND b.move_type = a.move_type AND b.value = a.value AND b.unit = a.unit
        AND b.comparator IS NOT DISTINCT FROM a.comparator AND b.value_step = a.value_step
    WHERE a.value >= 10000000 AND a.value >= 20 * a.value_step AND length(a.unit) = 3
        AND abs(date_diff('day', a.published_at, b.published_at)) <= 60
    GROUP BY ALL
),
keyed AS (
    SELECT n.* REPLACE (coalesce(a.first_party, n.one_party) AS one_party)
    FROM named AS n
    LEFT JOIN same_amount AS a ON a.owner = n.owner AND a.move_type = n.move_type AND a.one_party = n.one_party
),
parted AS (
    SELECT
        *,
        sum(CASE WHEN published_at - before_ > INTERVAL 270 DAY THEN 1 ELSE 0 END)
            OVER (PARTITION BY owner, move_type, one_party ORDER BY published_at NULLS FIRST, fact_id) AS episode
    FROM (
        SELECT *, lag(published_at) OVER (
            PARTITION BY owner, move_type, one_party ORDER BY published_at NULLS FIRST, fact_id) AS before_
        FROM keyed)
),
amounts AS (
    SELECT owner, move_type, one_party, episode, value, value_high, unit, comparator, count(DISTINCT cluster_id) AS clusters
    FROM parted
    WHERE value IS NOT NULL
    GROUP BY ALL
),
stated AS (
    SELECT
        owner, move_type, one_party, episode,
        list({value: value, value_high: value_high, unit: unit, comparator: comparator, clusters: clusters}
            ORDER BY clusters DESC, value, unit) AS values_stated
    FROM amounts
    GROUP BY ALL
),
matters AS (
    SELECT
        owner, move_type, one_party, episode,
        any_value(company_id) AS company_id, any_value(company_name) AS company_name,
        mode(counterparty ORDER BY counterparty) FILTER (counterparty IS NOT NULL) AS counterparty,
        min(counterparty_id) AS counterparty_id,
        -- What a deal has come to is told last.
        last(status ORDER BY published_at NULLS FIRST, fact_id) FILTER (status IS NOT NULL) AS status,
        list_sort(list(DISTINCT status) FILTER (status IS NOT NULL)) AS statuses,
        min(country) AS country,
        min(published_at) AS first_published, max(published_at) AS last_published,
        count(*) AS facts, count(DISTINCT article_id) AS articles, count(DISTINCT cluster_id) AS clusters,
        count(DISTINCT source_id) AS sources, list_sort(list(DISTINCT language)) AS languages,
        list_sort(list(fact_id)) AS members,
        first(evidence ORDER BY confidence DESC, fact_id) AS evidence
    FROM parted
    GROUP BY ALL
)
SELECT
    md5(concat_ws(' ', m.owner, m.move_type, m.one_party, m.episode)) AS deal_id,
    m.move_type, m.company_id, m.company_name, m.counterparty, m.counterparty_id, m.status, m.statuses,
    s.values_stated[1].value AS value, s.values_stated[1].value_high AS value_high, s.values_stated[1].unit AS unit,
    s.values_stated[1].comparator AS comparator,
    coalesce(len(s.values_stated), 0) > 1 AS disagreement, s.values_stated,
    m.country, m.first_published, m.last_published, m.facts, m.articles, m.clusters, m.sources, m.languages,
    m.evidence, m.members
FROM matters AS m
LEFT JOIN stated AS s
    ON s.owner = m.owner AND s.move_type = m.move_type AND s.one_party = m.one_party AND s.episode = m.episode
ORDER BY m.clusters DESC, m.articles DESC, deal_id;
COMMENT ON VIEW deals IS 'One row for each acquisition, divestiture or investment, merged over articles and languages, with members and the amounts that were stated';

CREATE VIEW incidents AS
WITH told AS (
    SELECT
        s.*,
        coalesce(s.company_id, 'article ' || s.article_id) AS owner,
        -- An intrusion is told by what was done, what was taken or how; a ban is one matter for each who forbids.
        CASE WHEN s.category IN ('data_breach', 'data_leak', 'unauthorized_access', 'ransomware', 'malware') THEN 'intrusion'
             ELSE s.category END AS kind,
        CASE WHEN s.category = 'account_restriction' THEN coalesce(party_key(s.counterparty), '') ELSE '' END AS party,
        coalesce(CAST(s.occurred_on AS TIMESTAMPTZ), s.published_at) AS day
    FROM security_incidents AS s
),
parted AS (
    SELECT
        *,
        sum(CASE WHEN day - before_ > INTERVAL 90 DAY THEN 1 ELSE 0 END)
            OVER (PARTITION BY owner, kind, party ORDER BY day NULLS FIRST, fact_id) AS episode
    FROM (
        SELECT *, lag(day) OVER (PARTITION BY owner, kind, party ORDER BY day NULLS FIRST, fact_id) AS before_
        FROM told)
),
counts AS (
    SELECT owner, kind, party, episode, records_affected, unit, count(DISTINCT cluster_id) AS clusters
    FROM parted
    WHERE records_affected IS NOT NULL
    GROUP BY ALL
),
stated AS (
    SELECT
        owner, kind, party, episode,
        list({records: records_affected, unit: unit, clusters: clusters} ORDER BY clusters DESC, records_affected, unit)
            AS records_stated
    FROM counts
    GROUP BY ALL
),
matters AS (
    SELECT
        owner, kind, party, episode,
        any_value(company_id) AS company_id, any_value(company_name) AS company_name,
        list_sort(list(DISTINCT category)) AS categories,
        last(stage ORDER BY published_at NULLS FIRST, fact_id) FILTER (stage IS NOT NULL) AS stage,
        list_sort(list(DISTINCT stage) FILTER (stage IS NOT NULL)) AS stages,
        mode(counterparty ORDER BY counterparty) FILTER (counterparty IS NOT NULL) AS counterparty,
        list_sort(list(DISTINCT country) FILTER (country IS NOT NULL)) AS countries,
        min(occurred_on) AS occurred_on,
        min(published_at) AS first_published, max(published_at) AS last_published,
        count(*) AS facts, count(DISTINCT article_id) AS articles, count(DISTINCT cluster_id) AS clusters,
        count(DISTINCT source_id) AS sources, list_sort(list(DISTINCT language)) AS languages,
        list_sort(list(fact_id)) AS members,
        first(evidence ORDER BY confidence DESC, fact_id) AS evidence
    FROM parted
    GROUP BY ALL
)
SELECT
    md5(concat_ws(' ', m.owner, m.kind, m.party, m.episode)) AS incident_id,
    m.kind, m.categories, m.company_id, m.company_name, m.stage, m.stages, m.counterparty, m.countries, m.occurred_on,
    s.records_stated[1].records AS records_affected, s.records_stated[1].unit AS unit,
    coalesce(len(s.records_stated), 0) > 1 AS disagreement, s.records_stated,
    m.first_published, m.last_published, m.facts, m.articles, m.clusters, m.sources, m.languages, m.evidence, m.members
FROM matters AS m
LEFT JOIN stated AS s ON s.owner = m.owner AND s.kind = m.kind AND s.party = m.party AND s.episode = m.episode
ORDER BY m.clusters DESC, m.articles DESC, incident_id;
COMMENT ON VIEW incidents IS 'One row for each security matter, merged over articles and languages, with members and the counts of records that were stated';
