-- Macros of a published file. Their parameters carry no types, which files that DuckDB 1.x can open may not have:
-- each casts its argument, so that a date where a position belongs is an error and not an empty answer.

-- A statement is an interval of values. It ends half a step around eq and a whole step around approx; over and under
-- start at the value and go one step outward. "Fell by more than 10 %" is -10 over: below zero, outward is down.
-- TRY here and in the views: one absurd number in one article must not fail the query for all others.
CREATE MACRO interval_low(value, value_high, step, comparator) AS TRY(CAST(
    CASE
        WHEN comparator = 'approx' THEN least(value, coalesce(value_high, value)) - coalesce(step, 0)
        WHEN comparator = 'over' AND greatest(value, coalesce(value_high, value)) >= 0
            THEN least(value, coalesce(value_high, value))
        WHEN comparator = 'under' AND greatest(value, coalesce(value_high, value)) < 0
            THEN least(value, coalesce(value_high, value))
        WHEN comparator IN ('over', 'under') THEN least(value, coalesce(value_high, value)) - coalesce(step, 0)
        ELSE least(value, coalesce(value_high, value)) - CAST(coalesce(step, 0) * 0.5 AS DECIMAL(38, 6))
    END AS DECIMAL(38, 6)));
COMMENT ON MACRO interval_low IS 'Lower end of the interval of values that a statement allows';

CREATE MACRO interval_high(value, value_high, step, comparator) AS TRY(CAST(
    CASE
        WHEN comparator = 'approx' THEN greatest(value, coalesce(value_high, value)) + coalesce(step, 0)
        WHEN comparator = 'over' AND greatest(value, coalesce(value_high, value)) >= 0
            THEN greatest(value, coalesce(value_high, value)) + coalesce(step, 0)
        WHEN comparator = 'under' AND greatest(value, coalesce(value_high, value)) < 0
            THEN greatest(value, coalesce(value_high, value)) + coalesce(step, 0)
        WHEN comparator IN ('over', 'under') THEN greatest(value, coalesce(value_high, value))
        ELSE greatest(value, coalesce(value_high, value)) + CAST(coalesce(step, 0) * 0.5 AS DECIMAL(38, 6))
    END AS DECIMAL(38, 6)));
COMMENT ON MACRO interval_high IS 'Upper end of the interval of values that a statement allows';

CREATE MACRO interval_low_open(value, value_high, step, comparator) AS
    coalesce(step, 0) > 0 AND (
        (comparator = 'under' AND greatest(value, coalesce(value_high, value)) >= 0)
        OR (comparator = 'over' AND greatest(value, coalesce(value_high, value)) < 0));
COMMENT ON MACRO interval_low_open IS 'Whether the lower end itself is outside the interval';

CREATE MACRO interval_high_open(value, value_high, step, comparator) AS
    coalesce(step, 0) > 0 AND (
        (comparator = 'over' AND greatest(value, coalesce(value_high, value)) >= 0)
        OR (comparator = 'under' AND greatest(value, coalesce(value_high, value)) < 0));
COMMENT ON MACRO interval_high_open IS 'Whether the upper end itself is outside the interval';

CREATE MACRO intervals_meet(low_a, low_open_a, high_a, high_open_a, low_b, low_open_b, high_b, high_open_b) AS
    (high_a > low_b OR (high_a = low_b AND NOT high_open_a AND NOT low_open_b))
    AND (high_b > low_a OR (high_b = low_a AND NOT high_open_b AND NOT low_open_a));
COMMENT ON MACRO intervals_meet IS 'Whether two intervals have a value in common';

CREATE MACRO known_by(published_at, published_precision) AS
    CASE published_precision
        WHEN 'year' THEN ((published_at AT TIME ZONE 'UTC') + INTERVAL 1 YEAR) AT TIME ZONE 'UTC'
        WHEN 'month' THEN ((published_at AT TIME ZONE 'UTC') + INTERVAL 1 MONTH) AT TIME ZONE 'UTC'
        ELSE published_at
    END;
COMMENT ON MACRO known_by IS 'When something published can be counted on to have been public: the end of the month or year where no day is known';

CREATE MACRO position_at(moment) AS (
    SELECT coalesce(max(p.position), 0)
    FROM log_positions AS p
    WHERE p.recorded_at <= CAST(moment AS TIMESTAMPTZ));
COMMENT ON MACRO position_at IS 'Position of the log at a moment (TIMESTAMPTZ); 0 before the first commit';
