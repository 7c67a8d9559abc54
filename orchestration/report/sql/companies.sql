-- Companies by how much is said about them; a company that dim_company does not know goes by the name that articles
-- write most often. The last row, with a null company, holds what is about none.
WITH facts AS (
    SELECT company_id, company_name, company_mention, ticker, company_country, article_id, language FROM financials
    UNION ALL BY NAME
    SELECT company_id, company_name, company_mention, ticker, company_country, article_id, language FROM security_incidents
    UNION ALL BY NAME
    SELECT company_id, company_name, company_mention, ticker, company_country, article_id, language FROM market_moves
),
mentions AS (
    SELECT company_id, company_mention
    FROM facts
    WHERE company_mention IS NOT NULL
    GROUP BY company_id, company_mention
    QUALIFY row_number() OVER (PARTITION BY company_id ORDER BY count(*) DESC, company_mention) = 1
)
SELECT
    f.company_id,
    coalesce(any_value(f.company_name), any_value(m.company_mention), f.company_id) AS name,
    any_value(f.ticker) AS ticker, any_value(f.company_country) AS country,
    count(*) AS facts, count(DISTINCT f.article_id) AS articles,
    list_sort(list(DISTINCT f.language)) AS languages
FROM facts AS f
LEFT JOIN mentions AS m ON m.company_id = f.company_id
GROUP BY f.company_id
ORDER BY f.company_id IS NULL, facts DESC, f.company_id;
