create or replace function content.read_cursor(p_cursor text) returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cursor jsonb;
begin
    if p_cursor is null then
        return null;
    end if;
    v_cursor := convert_from(decode(p_cursor, 'base64'), 'UTF8');
    -- A missing part is not a number, time or id either.
    perform
        coalesce(v_cursor ->> 0, '')::real,
        coalesce(v_cursor ->> 1, '')::timestamptz,
        coalesce(v_cursor ->> 2, '')::uuid;
    return v_cursor;
exception when data_exception then
    raise sqlstate 'PT400' using
        message = 'the cursor is not one that search_courses returned',
        detail = 'search.cursor_invalid',
        hint = 'Send the cursor of the last course of the page before, or none.';
end;
$$;

comment on function content.read_cursor(text) is
'Reads a cursor that content.search_courses() returned.

Args: p_cursor: the text; null for none.
Returns: rank, time and id; null for null.
Raises: PT400 search.cursor_invalid.
Caller: functions of this package.';

revoke all on function content.read_cursor(text) from public;
