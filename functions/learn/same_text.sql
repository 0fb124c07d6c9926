create or replace function learn.same_text(p_text text, p_is_code boolean) returns text
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_is_code then
        return btrim(regexp_replace(p_text, '[[:space:]]*(\r?\n|$)', E'\n', 'g'), E'\n');
    end if;
    -- Word by word, because many accents on one letter take normalize() very long.
    return (
        select lower(
            string_agg(
                case when length(w.word) <= 100 then normalize(w.word, nfc) else w.word end,
                ' ' order by w.position
            )
        )
        from regexp_split_to_table(
            btrim(regexp_replace(p_text, '[[:space:]]+', ' ', 'g')), ' '
        ) with ordinality as w (word, position)
    );
end;
$$;

comment on function learn.same_text(text, boolean) is
'The form of a text in which answers are compared: without case, as far as the database''s locale
knows it, and spacing; code without spacing at the ends of lines and empty lines around it.

Args: p_text: the text; p_is_code: whether it is code.
Returns: the text.
Caller: functions of this package.';

revoke all on function learn.same_text(text, boolean) from public;
