create or replace function util.shown_percent(p_part numeric, p_whole numeric) returns numeric
language sql immutable
set search_path = pg_catalog, pg_temp
return trunc(p_part * 100 / nullif(p_whole, 0), 1);

comment on function util.shown_percent(numeric, numeric) is
'A share as people read it. It is cut off, not rounded up, so that nobody is shown a percentage
that they missed: verdicts judge exactly.

Args: p_part: the part; p_whole: the whole.
Returns: percent with one decimal; null where there is no whole.
Caller: functions and views of this package.';

revoke all on function util.shown_percent(numeric, numeric) from public;
