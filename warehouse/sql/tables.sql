-- The tables of a published file, each column with its meaning. Facts keep retracted rows: reading as of a
-- position is a filter on asserted_position and retracted_position.

CREATE TABLE publication (
    position           BIGINT,
    log_digest         VARCHAR,
    content_digest     VARCHAR,
    recorded_at        TIMESTAMPTZ,
    projection_version VARCHAR,
    companies_digest   VARCHAR,
    ranks_digest       VARCHAR,
    definition_digest  VARCHAR
);
COMMENT ON TABLE publication IS 'One row: what this file is and from what it was made';
COMMENT ON COLUMN publication.position IS 'Position of the log up to which this file tells';
COMMENT ON COLUMN publication.log_digest IS 'Hash of the log at that position';
COMMENT ON COLUMN publication.content_digest IS 'Digest of everything below that does not depend on when and how often runs were made';
COMMENT ON COLUMN publication.recorded_at IS 'When the event at that position was recorded';
COMMENT ON COLUMN publication.projection_version IS 'Version of the way from events to tables';
COMMENT ON COLUMN publication.companies_digest IS 'Digest of dim_company';
COMMENT ON COLUMN publication.ranks_digest IS 'Digest of the ranks of sources';
COMMENT ON COLUMN publication.definition_digest IS 'Digest of the statements that made the tables, views and macros';

CREATE TABLE log_positions (
    position    BIGINT,
    recorded_at TIMESTAMPTZ,
    run_id      VARCHAR
);
COMMENT ON TABLE log_positions IS 'One row for each commit of the log: what position_at() reads';
COMMENT ON COLUMN log_positions.position IS 'Last position of the commit';
COMMENT ON COLUMN log_positions.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN log_positions.run_id IS 'Run that made it';

CREATE TABLE articles (
    article_id          VARCHAR,
    uri                 VARCHAR,
    source_id           VARCHAR,
    title               VARCHAR,
    language            VARCHAR,
    script              VARCHAR,
    published_at        TIMESTAMPTZ,
    published_precision VARCHAR,
    date_source         VARCHAR,
    received_at         TIMESTAMPTZ,
    state               VARCHAR,
    state_reason        VARCHAR,
    content_sha256      VARCHAR,
    text_sha256         VARCHAR,
    cluster_id          VARCHAR,
    copies              BIGINT,
    facts               BIGINT,
    sentences           BIGINT,
    telling             BIGINT,
    silent              VARCHAR
);
COMMENT ON TABLE articles IS 'One row for each article ever received';
COMMENT ON COLUMN articles.article_id IS 'First 32 hex digits of the sha256 of the URI';
COMMENT ON COLUMN articles.uri IS 'Where the article came from';
COMMENT ON COLUMN articles.source_id IS 'Who published it, key of dim_source';
COMMENT ON COLUMN articles.title IS 'Title as the article has it; null where its text was erased';
COMMENT ON COLUMN articles.language IS 'ISO 639-1, und where unknown';
COMMENT ON COLUMN articles.script IS 'Of Chinese: Hans (simplified) or Hant (traditional), ISO 15924';
COMMENT ON COLUMN articles.published_at IS 'When it was published; the start of the period at month or year precision';
COMMENT ON COLUMN articles.published_precision IS 'How exactly published_at is known: second, day, month or year';
COMMENT ON COLUMN articles.date_source IS 'Where the publication date was found';
COMMENT ON COLUMN articles.received_at IS 'When the present bytes were received';
COMMENT ON COLUMN articles.state IS 'Of the present bytes: current, revised (other bytes came before), withdrawn, quarantined or rejected';
COMMENT ON COLUMN articles.state_reason IS 'Why it was rejected, or the rules that put it into quarantine';
COMMENT ON COLUMN articles.content_sha256 IS 'Hash of the present bytes';
COMMENT ON COLUMN articles.text_sha256 IS 'Hash of the clean text read from them';
COMMENT ON COLUMN articles.cluster_id IS 'Near-duplicate cluster, named after its first published text';
COMMENT ON COLUMN articles.copies IS 'Other articles in the same cluster';
COMMENT ON COLUMN articles.facts IS 'Current facts of the article';
COMMENT ON COLUMN articles.sentences IS 'Sentences with a number, or with words that some rule asks for; null where nobody looked';
COMMENT ON COLUMN articles.telling IS 'How many of these sentences gave a fact when it was processed last';
COMMENT ON COLUMN articles.silent IS 'The others as start-end:why:reading, joined by semicolons; the view silent_sentences takes them apart';

CREATE TABLE dim_company (
    company_id      VARCHAR,
    name            VARCHAR,
    legal_name      VARCHAR,
    country         VARCHAR,
    ticker          VARCHAR,
    mic             VARCHAR,
    lei             VARCHAR,
    figi            VARCHAR,
    fiscal_year_end VARCHAR,
    parent_id       VARCHAR
);
COMMENT ON TABLE dim_company IS 'One row for each company that facts can be about';
COMMENT ON COLUMN dim_company.company_id IS 'Kebab-case slug of the common name';
COMMENT ON COLUMN dim_company.name IS 'Common name';
COMMENT ON COLUMN dim_company.legal_name IS 'Name in the register';
COMMENT ON COLUMN dim_company.country IS 'ISO 3166-1 code of the seat';
COMMENT ON COLUMN dim_company.ticker IS 'Ticker of the main listing';
COMMENT ON COLUMN dim_company.mic IS 'ISO 10383 code of the exchange of the main listing';
COMMENT ON COLUMN dim_company.lei IS 'Legal Entity Identifier';
COMMENT ON COLUMN dim_company.figi IS 'Financial Instrument Global Identifier of the main listing';
COMMENT ON COLUMN dim_company.fiscal_year_end IS 'Month and day on which the fiscal year ends, as --MM-DD';
COMMENT ON COLUMN dim_company.parent_id IS 'Company that owns it, key of dim_company';

CREATE TABLE dim_source (
    source_id VARCHAR,
    name      VARCHAR,
    country   VARCHAR,
    language  VARCHAR,
    rank      BIGINT
);
COMMENT ON TABLE dim_source IS 'One row for each source of articles';
COMMENT ON COLUMN dim_source.source_id IS 'Registrable domain, else publisher, else content cluster';
COMMENT ON COLUMN dim_source.name IS 'Name to show';
COMMENT ON COLUMN dim_source.country IS 'ISO 3166-1 code; null where not known';
COMMENT ON COLUMN dim_source.language IS 'Language of most of its articles';
COMMENT ON COLUMN dim_source.rank IS 'How far it is believed where sources contradict each other, 1 first: company and regulator 1, newswire 2, newspaper 3, trade press 4, who sums up others 5; null where not known';

CREATE TABLE runs (
    run_id                  VARCHAR,
    started_at              TIMESTAMPTZ,
    finished_at             TIMESTAMPTZ,
    verdict                 VARCHAR,
    command                 VARCHAR,
    received                BIGINT,
    new                     BIGINT,
    revised                 BIGINT,
    duplicates              BIGINT,
    rejected                BIGINT,
    quarantined             BIGINT,
    fact_financials         BIGINT,
    fact_security_incidents BIGINT,
    fact_market_moves       BIGINT,
    extractor_version       VARCHAR,
    projection_version      VARCHAR,
    position                BIGINT
);
COMMENT ON TABLE runs IS 'One row for each run of the job';
COMMENT ON COLUMN runs.run_id IS 'Id of the run';
COMMENT ON COLUMN runs.started_at IS 'When it started';
COMMENT ON COLUMN runs.finished_at IS 'When its verdict was recorded; null while pending';
COMMENT ON COLUMN runs.verdict IS 'accepted, rejected or pending';
COMMENT ON COLUMN runs.command IS 'What was asked for';
COMMENT ON COLUMN runs.received IS 'Articles that came in';
COMMENT ON COLUMN runs.new IS 'Articles never seen before';
COMMENT ON COLUMN runs.revised IS 'Articles that came with other bytes than before';
COMMENT ON COLUMN runs.duplicates IS 'Articles that came with the bytes already known';
COMMENT ON COLUMN runs.rejected IS 'Articles that could not be read';
COMMENT ON COLUMN runs.quarantined IS 'Articles that broke a row rule';
COMMENT ON COLUMN runs.fact_financials IS 'Facts of that table that the run staged';
COMMENT ON COLUMN runs.fact_security_incidents IS 'Facts of that table that the run staged';
COMMENT ON COLUMN runs.fact_market_moves IS 'Facts of that table that the run staged';
COMMENT ON COLUMN runs.extractor_version IS 'Version of the extractor it ran';
COMMENT ON COLUMN runs.projection_version IS 'Version of the projection that made this file';
COMMENT ON COLUMN runs.position IS 'Position of its verdict in the log; null while pending';

CREATE TABLE judgments (
    article_id   VARCHAR,
    "table"      VARCHAR,
    fact_id      VARCHAR,
    judgment     VARCHAR,
    corrected_id VARCHAR,
    reason       VARCHAR,
    "by"         VARCHAR,
    recorded_at  TIMESTAMPTZ,
    "position"   BIGINT
);
COMMENT ON TABLE judgments IS 'One row for each fact that a person has judged: the last judgment on it, which outlives re-extractions';
COMMENT ON COLUMN judgments.article_id IS 'Article that states the fact, key of articles';
COMMENT ON COLUMN judgments."table" IS 'Table of the fact';
COMMENT ON COLUMN judgments.fact_id IS 'Fact that was judged; a disputed or corrected one is found in the history tables';
COMMENT ON COLUMN judgments.judgment IS 'disputed (the fact is not asserted), confirmed (it stays) or corrected (another stands in its place)';
COMMENT ON COLUMN judgments.corrected_id IS 'Of a correction: the fact that stands in its place';
COMMENT ON COLUMN judgments.reason IS 'Why, in the words of the person';
COMMENT ON COLUMN judgments."by" IS 'Who';
COMMENT ON COLUMN judgments.recorded_at IS 'When it was recorded, UTC';
COMMENT ON COLUMN judgments."position" IS 'Position of the event in the log';

CREATE TABLE quarantine (
    run_id     VARCHAR,
    article_id VARCHAR,
    "table"    VARCHAR,
    fact_id    VARCHAR,
    fact       VARCHAR,
    rule       VARCHAR,
    severity   VARCHAR,
    reason     VARCHAR,
    decision   VARCHAR
);
COMMENT ON TABLE quarantine IS 'One row for each broken row rule of a quarantined article';
COMMENT ON COLUMN quarantine.run_id IS 'Run that found it, key of runs';
COMMENT ON COLUMN quarantine.article_id IS 'Article held back, key of articles';
COMMENT ON COLUMN quarantine."table" IS 'Table of the fact that broke the rule';
COMMENT ON COLUMN quarantine.fact_id IS 'Fact that broke the rule; null for a rule about the article';
COMMENT ON COLUMN quarantine.fact IS 'The fact as JSON, without the words of the article';
COMMENT ON COLUMN quarantine.rule IS 'Rule that was broken';
COMMENT ON COLUMN quarantine.severity IS 'How grave the rule is';
COMMENT ON COLUMN quarantine.reason IS 'What was wrong';
COMMENT ON COLUMN quarantine.decision IS 'pending, or what ended it: processed (a later run took the article), revised or withdrawn';

CREATE TABLE article_digests (
    article_id VARCHAR,
    digest     VARCHAR
);
COMMENT ON TABLE article_digests IS 'One row for each article: the parts that content_digest is combined from';
COMMENT ON COLUMN article_digests.article_id IS 'Article, key of articles';
COMMENT ON COLUMN article_digests.digest IS 'sha256 of the article and its current facts';

CREATE TABLE article_streams (
    article_id     VARCHAR,
    own_cluster_id VARCHAR,
    lanes          UBIGINT[16],
    figures        BLOB,
    positions      BIGINT[]
);
COMMENT ON TABLE article_streams IS 'One row for each article: what the next publication needs to tell what changes with it; of no use to analysts';
COMMENT ON COLUMN article_streams.article_id IS 'Article, key of articles';
COMMENT ON COLUMN article_streams.own_cluster_id IS 'Cluster of its own letters; null where others cannot be copies of it';
COMMENT ON COLUMN article_streams.lanes IS 'Hashes of its text by which near-duplicates are found';
COMMENT ON COLUMN article_streams.figures IS 'Hashes of its figures, in which near-duplicates must not differ';
COMMENT ON COLUMN article_streams.positions IS 'Where its events lie in the log';

CREATE TABLE fact_financials (
    fact_id               VARCHAR,
    article_id            VARCHAR,
    content_sha256        VARCHAR,
    text_sha256           VARCHAR,
    company_id            VARCHAR,
    company_mention       VARCHAR,
    company_mention_start BIGINT,
    company_mention_end   BIGINT,
    evidence              VARCHAR,
    evidence_start        BIGINT,
    evidence_end          BIGINT,
    value_start           BIGINT,
    value_end             BIGINT,
    sentence_index        BIGINT,
    confidence            DECIMAL(4,3),
    rule                  VARCHAR,
    extractor             VARCHAR,
    extractor_version     VARCHAR,
    language              VARCHAR,
    published_at          TIMESTAMPTZ,
    published_precision   VARCHAR,
    cluster_id            VARCHAR,
    metric                VARCHAR,
    segment               VARCHAR,
    measure               VARCHAR,
    value                 DECIMAL(38,6),
    value_high            DECIMAL(38,6),
    value_step            DECIMAL(38,6),
    unit                  VARCHAR,
    comparator            VARCHAR,
    basis                 VARCHAR,
    accounting            VARCHAR,
    period_role           VARCHAR,
    compared_to           VARCHAR,
    period_type           VARCHAR,
    period_start          DATE,
    period_end            DATE,
    fiscal_period         VARCHAR,
    recorded_at           TIMESTAMPTZ,
    run_id                VARCHAR,
    asserted_position     BIGINT,
    retracted_position    BIGINT,
    retracted_reason      VARCHAR
);
COMMENT ON TABLE fact_financials IS 'One row for each number that an article states about the business of a company, and for each time span in which it held';
COMMENT ON COLUMN fact_financials.fact_id IS 'Stable id: a hash of article, table, evidence text, its ordinal among equal evidences, and the value columns';
COMMENT ON COLUMN fact_financials.article_id IS 'Article that states the fact, key of articles';
COMMENT ON COLUMN fact_financials.content_sha256 IS 'Hash of the exact bytes of the article that the spans were read from';
COMMENT ON COLUMN fact_financials.text_sha256 IS 'Hash of the clean text that every span of this row counts in';
COMMENT ON COLUMN fact_financials.company_id IS 'Company the fact is about, key of dim_company; null where none could be resolved';
COMMENT ON COLUMN fact_financials.company_mention IS 'Name of the company as the article writes it; null where the subject is implied';
COMMENT ON COLUMN fact_financials.company_mention_start IS 'First code point of company_mention in the clean text';
COMMENT ON COLUMN fact_financials.company_mention_end IS 'Code point after company_mention in the clean text';
COMMENT ON COLUMN fact_financials.evidence IS 'Shortest clause that states the fact, word for word';
COMMENT ON COLUMN fact_financials.evidence_start IS 'First code point of evidence in the clean text';
COMMENT ON COLUMN fact_financials.evidence_end IS 'Code point after evidence in the clean text';
COMMENT ON COLUMN fact_financials.value_start IS 'First code point of the number itself; null where there is none';
COMMENT ON COLUMN fact_financials.value_end IS 'Code point after the number itself';
COMMENT ON COLUMN fact_financials.sentence_index IS 'Place of the sentence in the article, from 0';
COMMENT ON COLUMN fact_financials.confidence IS 'From 0 to 1, given by the rule that fired';
COMMENT ON COLUMN fact_financials.rule IS 'Rule that fired';
COMMENT ON COLUMN fact_financials.extractor IS 'What asserted the fact';
COMMENT ON COLUMN fact_financials.extractor_version IS 'Version of what asserted the fact';
COMMENT ON COLUMN fact_financials.language IS 'Language of the article, ISO 639-1';
COMMENT ON COLUMN fact_financials.published_at IS 'When the article was published; the start of the period at month or year precision';
COMMENT ON COLUMN fact_financials.published_precision IS 'How exactly published_at is known: second, day, month or year';
COMMENT ON COLUMN fact_financials.cluster_id IS 'Near-duplicate cluster of the article: copies of one text count once as support';
COMMENT ON COLUMN fact_financials.metric IS 'What is measured, such as revenue, net_income or customers';
COMMENT ON COLUMN fact_financials.segment IS 'Part of the company that is meant, as a slug; null for the whole';
COMMENT ON COLUMN fact_financials.measure IS 'level for an amount, change for growth or decline against an earlier period';
COMMENT ON COLUMN fact_financials.value IS 'The number in whole units; a decline is negative';
COMMENT ON COLUMN fact_financials.value_high IS 'Second number of a range, in the order of the text; null otherwise';
COMMENT ON COLUMN fact_financials.value_step IS 'Place of the last stated digit: 100000 for 328.2 million';
COMMENT ON COLUMN fact_financials.unit IS 'ISO 4217 currency, percent, count or multiple';
COMMENT ON COLUMN fact_financials.comparator IS 'eq, approx, over (more than) or under (less than)';
COMMENT ON COLUMN fact_financials.basis IS 'actual, guidance, prior_guidance or consensus';
COMMENT ON COLUMN fact_financials.accounting IS 'gaap or adjusted; null where not said';
COMMENT ON COLUMN fact_financials.period_role IS 'current, or comparative for the earlier period given for comparison';
COMMENT ON COLUMN fact_financials.compared_to IS 'For a change: year_ago or previous_period; null where not said';
COMMENT ON COLUMN fact_financials.period_type IS 'quarter, half, nine_months, year, month or instant; null where not said';
COMMENT ON COLUMN fact_financials.period_start IS 'First day of the period; null where text and fiscal calendar do not settle it';
COMMENT ON COLUMN fact_financials.period_end IS 'Last day of the period; null where text and fiscal calendar do not settle it';
COMMENT ON COLUMN fact_financials.fiscal_period IS 'Label in the fiscal calendar of the company, such as FY2021Q1';
COMMENT ON COLUMN fact_financials.recorded_at IS 'When the warehouse learned the fact';
COMMENT ON COLUMN fact_financials.run_id IS 'Run that asserted the fact, key of runs';
COMMENT ON COLUMN fact_financials.asserted_position IS 'Position of the log from which this row holds';
COMMENT ON COLUMN fact_financials.retracted_position IS 'Position of the log from which this row holds no longer; null for a current fact';
COMMENT ON COLUMN fact_financials.retracted_reason IS 'Why it holds no longer; superseded where a row with newer spans took over';

CREATE TABLE fact_security_incidents (
    fact_id               VARCHAR,
    article_id            VARCHAR,
    content_sha256        VARCHAR,
    text_sha256           VARCHAR,
    company_id            VARCHAR,
    company_mention       VARCHAR,
    company_mention_start BIGINT,
    company_mention_end   BIGINT,
    evidence              VARCHAR,
    evidence_start        BIGINT,
    evidence_end          BIGINT,
    value_start           BIGINT,
    value_end             BIGINT,
    sentence_index        BIGINT,
    confidence            DECIMAL(4,3),
    rule                  VARCHAR,
    extractor             VARCHAR,
    extractor_version     VARCHAR,
    language              VARCHAR,
    published_at          TIMESTAMPTZ,
    published_precision   VARCHAR,
    cluster_id            VARCHAR,
    category              VARCHAR,
    stage                 VARCHAR,
    veris_action          VARCHAR,
    veris_attribute       VARCHAR,
    veris_actor           VARCHAR,
    counterparty          VARCHAR,
    counterparty_start    BIGINT,
    counterparty_end      BIGINT,
    country               VARCHAR,
    records_affected      DECIMAL(38,6),
    unit                  VARCHAR,
    occurred_on           DATE,
    occurred_precision    VARCHAR,
    recorded_at           TIMESTAMPTZ,
    run_id                VARCHAR,
    asserted_position     BIGINT,
    retracted_position    BIGINT,
    retracted_reason      VARCHAR
);
COMMENT ON TABLE fact_security_incidents IS 'One row for each security, privacy or availability matter that an article reports, and for each time span in which it held';
COMMENT ON COLUMN fact_security_incidents.fact_id IS 'Stable id: a hash of article, table, evidence text, its ordinal among equal evidences, and the value columns';
COMMENT ON COLUMN fact_security_incidents.article_id IS 'Article that states the fact, key of articles';
COMMENT ON COLUMN fact_security_incidents.content_sha256 IS 'Hash of the exact bytes of the article that the spans were read from';
COMMENT ON COLUMN fact_security_incidents.text_sha256 IS 'Hash of the clean text that every span of this row counts in';
COMMENT ON COLUMN fact_security_incidents.company_id IS 'Company the fact is about, key of dim_company; null where none could be resolved';
COMMENT ON COLUMN fact_security_incidents.company_mention IS 'Name of the company as the article writes it; null where the subject is implied';
COMMENT ON COLUMN fact_security_incidents.company_mention_start IS 'First code point of company_mention in the clean text';
COMMENT ON COLUMN fact_security_incidents.company_mention_end IS 'Code point after company_mention in the clean text';
COMMENT ON COLUMN fact_security_incidents.evidence IS 'Shortest clause that states the fact, word for word';
COMMENT ON COLUMN fact_security_incidents.evidence_start IS 'First code point of evidence in the clean text';
COMMENT ON COLUMN fact_security_incidents.evidence_end IS 'Code point after evidence in the clean text';
COMMENT ON COLUMN fact_security_incidents.value_start IS 'First code point of the number itself; null where there is none';
COMMENT ON COLUMN fact_security_incidents.value_end IS 'Code point after the number itself';
COMMENT ON COLUMN fact_security_incidents.sentence_index IS 'Place of the sentence in the article, from 0';
COMMENT ON COLUMN fact_security_incidents.confidence IS 'From 0 to 1, given by the rule that fired';
COMMENT ON COLUMN fact_security_incidents.rule IS 'Rule that fired';
COMMENT ON COLUMN fact_security_incidents.extractor IS 'What asserted the fact';
COMMENT ON COLUMN fact_security_incidents.extractor_version IS 'Version of what asserted the fact';
COMMENT ON COLUMN fact_security_incidents.language IS 'Language of the article, ISO 639-1';
COMMENT ON COLUMN fact_security_incidents.published_at IS 'When the article was published; the start of the period at month or year precision';
COMMENT ON COLUMN fact_security_incidents.published_precision IS 'How exactly published_at is known: second, day, month or year';
COMMENT ON COLUMN fact_security_incidents.cluster_id IS 'Near-duplicate cluster of the article: copies of one text count once as support';
COMMENT ON COLUMN fact_security_incidents.category IS 'Kind of matter, such as data_breach, outage or account_restriction';
COMMENT ON COLUMN fact_security_incidents.stage IS 'reported, alleged, denied or remediated';
COMMENT ON COLUMN fact_security_incidents.veris_action IS 'VERIS 1.3 action; null where not said';
COMMENT ON COLUMN fact_security_incidents.veris_attribute IS 'VERIS 1.3 attribute; null where not said';
COMMENT ON COLUMN fact_security_incidents.veris_actor IS 'VERIS 1.3 actor; null where not said';
COMMENT ON COLUMN fact_security_incidents.counterparty IS 'Who received, did or found it, as the article writes it';
COMMENT ON COLUMN fact_security_incidents.counterparty_start IS 'First code point of counterparty in the clean text';
COMMENT ON COLUMN fact_security_incidents.counterparty_end IS 'Code point after counterparty in the clean text';
COMMENT ON COLUMN fact_security_incidents.country IS 'ISO 3166-1 code of the country where it took place';
COMMENT ON COLUMN fact_security_incidents.records_affected IS 'How many records, users, accounts or meetings were affected';
COMMENT ON COLUMN fact_security_incidents.unit IS 'What records_affected counts: records, users, accounts or meetings';
COMMENT ON COLUMN fact_security_incidents.occurred_on IS 'When it happened; the start of the period at month or year precision';
COMMENT ON COLUMN fact_security_incidents.occurred_precision IS 'How exactly occurred_on is known';
COMMENT ON COLUMN fact_security_incidents.recorded_at IS 'When the warehouse learned the fact';
COMMENT ON COLUMN fact_security_incidents.run_id IS 'Run that asserted the fact, key of runs';
COMMENT ON COLUMN fact_security_incidents.asserted_position IS 'Position of the log from which this row holds';
COMMENT ON COLUMN fact_security_incidents.retracted_position IS 'Position of the log from which this row holds no longer; null for a current fact';
COMMENT ON COLUMN fact_security_incidents.retracted_reason IS 'Why it holds no longer; superseded where a row with newer spans took over';

CREATE TABLE fact_market_moves (
    fact_id               VARCHAR,
    article_id            VARCHAR,
    content_sha256        VARCHAR,
    text_sha256           VARCHAR,
    company_id            VARCHAR,
    company_mention       VARCHAR,
    company_mention_start BIGINT,
    company_mention_end   BIGINT,
    evidence              VARCHAR,
    evidence_start        BIGINT,
    evidence_end          BIGINT,
    value_start           BIGINT,
    value_end             BIGINT,
    sentence_index        BIGINT,
    confidence            DECIMAL(4,3),
    rule                  VARCHAR,
    extractor             VARCHAR,
    extractor_version     VARCHAR,
    language              VARCHAR,
    published_at          TIMESTAMPTZ,
    published_precision   VARCHAR,
    cluster_id            VARCHAR,
    move_type             VARCHAR,
    direction             VARCHAR,
    value                 DECIMAL(38,6),
    value_high            DECIMAL(38,6),
    value_step            DECIMAL(38,6),
    unit                  VARCHAR,
    comparator            VARCHAR,
    is_record             BOOLEAN,
    session               VARCHAR,
    horizon               VARCHAR,
    counterparty          VARCHAR,
    counterparty_start    BIGINT,
    counterparty_end      BIGINT,
    counterparty_id       VARCHAR,
    country               VARCHAR,
    status                VARCHAR,
    effective_on          DATE,
    effective_precision   VARCHAR,
    recorded_at           TIMESTAMPTZ,
    run_id                VARCHAR,
    asserted_position     BIGINT,
    retracted_position    BIGINT,
    retracted_reason      VARCHAR
);
COMMENT ON TABLE fact_market_moves IS 'One row for each move of a company in its market or of its shares, and for each time span in which it held';
COMMENT ON COLUMN fact_market_moves.fact_id IS 'Stable id: a hash of article, table, evidence text, its ordinal among equal evidences, and the value columns';
COMMENT ON COLUMN fact_market_moves.article_id IS 'Article that states the fact, key of articles';
COMMENT ON COLUMN fact_market_moves.content_sha256 IS 'Hash of the exact bytes of the article that the spans were read from';
COMMENT ON COLUMN fact_market_moves.text_sha256 IS 'Hash of the clean text that every span of this row counts in';
COMMENT ON COLUMN fact_market_moves.company_id IS 'Company the fact is about, key of dim_company; null where none could be resolved';
COMMENT ON COLUMN fact_market_moves.company_mention IS 'Name of the company as the article writes it; null where the subject is implied';
COMMENT ON COLUMN fact_market_moves.company_mention_start IS 'First code point of company_mention in the clean text';
COMMENT ON COLUMN fact_market_moves.company_mention_end IS 'Code point after company_mention in the clean text';
COMMENT ON COLUMN fact_market_moves.evidence IS 'Shortest clause that states the fact, word for word';
COMMENT ON COLUMN fact_market_moves.evidence_start IS 'First code point of evidence in the clean text';
COMMENT ON COLUMN fact_market_moves.evidence_end IS 'Code point after evidence in the clean text';
COMMENT ON COLUMN fact_market_moves.value_start IS 'First code point of the number itself; null where there is none';
COMMENT ON COLUMN fact_market_moves.value_end IS 'Code point after the number itself';
COMMENT ON COLUMN fact_market_moves.sentence_index IS 'Place of the sentence in the article, from 0';
COMMENT ON COLUMN fact_market_moves.confidence IS 'From 0 to 1, given by the rule that fired';
COMMENT ON COLUMN fact_market_moves.rule IS 'Rule that fired';
COMMENT ON COLUMN fact_market_moves.extractor IS 'What asserted the fact';
COMMENT ON COLUMN fact_market_moves.extractor_version IS 'Version of what asserted the fact';
COMMENT ON COLUMN fact_market_moves.language IS 'Language of the article, ISO 639-1';
COMMENT ON COLUMN fact_market_moves.published_at IS 'When the article was published; the start of the period at month or year precision';
COMMENT ON COLUMN fact_market_moves.published_precision IS 'How exactly published_at is known: second, day, month or year';
COMMENT ON COLUMN fact_market_moves.cluster_id IS 'Near-duplicate cluster of the article: copies of one text count once as support';
COMMENT ON COLUMN fact_market_moves.move_type IS 'Kind of move, such as share_price_change, acquisition or layoffs';
COMMENT ON COLUMN fact_market_moves.direction IS 'up or down; null where neither applies';
COMMENT ON COLUMN fact_market_moves.value IS 'Amount of the move: a price, a signed percent change, the worth of a deal, a count';
COMMENT ON COLUMN fact_market_moves.value_high IS 'Second number of a range, in the order of the text; null otherwise';
COMMENT ON COLUMN fact_market_moves.value_step IS 'Place of the last stated digit';
COMMENT ON COLUMN fact_market_moves.unit IS 'ISO 4217 currency, percent or count';
COMMENT ON COLUMN fact_market_moves.comparator IS 'eq, approx, over (more than) or under (less than)';
COMMENT ON COLUMN fact_market_moves.is_record IS 'True for a record high or low of all time';
COMMENT ON COLUMN fact_market_moves.session IS 'regular, after_hours or pre_market; null where not said';
COMMENT ON COLUMN fact_market_moves.horizon IS 'Time that the move spans, such as day or year_to_date; null where not said';
COMMENT ON COLUMN fact_market_moves.counterparty IS 'Target, partner, plaintiff or regulator, as the article writes it';
COMMENT ON COLUMN fact_market_moves.counterparty_start IS 'First code point of counterparty in the clean text';
COMMENT ON COLUMN fact_market_moves.counterparty_end IS 'Code point after counterparty in the clean text';
COMMENT ON COLUMN fact_market_moves.counterparty_id IS 'Company that counterparty resolves to, key of dim_company';
COMMENT ON COLUMN fact_market_moves.country IS 'ISO 3166-1 code of the country where the move takes place';
COMMENT ON COLUMN fact_market_moves.status IS 'announced, completed, planned, rumoured or abandoned';
COMMENT ON COLUMN fact_market_moves.effective_on IS 'When the move takes effect; the start of the period at month or year precision';
COMMENT ON COLUMN fact_market_moves.effective_precision IS 'How exactly effective_on is known';
COMMENT ON COLUMN fact_market_moves.recorded_at IS 'When the warehouse learned the fact';
COMMENT ON COLUMN fact_market_moves.run_id IS 'Run that asserted the fact, key of runs';
COMMENT ON COLUMN fact_market_moves.asserted_position IS 'Position of the log from which this row holds';
COMMENT ON COLUMN fact_market_moves.retracted_position IS 'Position of the log from which this row holds no longer; null for a current fact';
COMMENT ON COLUMN fact_market_moves.retracted_reason IS 'Why it holds no longer; superseded where a row with newer spans took over';
