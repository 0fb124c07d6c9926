create or replace function content.search_query(p_query text, p_language text) returns tsquery
language sql immutable
set search_path = pg_catalog, pg_temp
begin atomic
    -- A course is found by words of its own language, so the query is read in each language.
    select string_agg(format('(%s)', q.words), ' | ')::tsquery
    from (
        select distinct
            websearch_to_tsquery(
                content.search_configuration(l.language), content.without_marks(p_query)
            ) as words
        from unnest('{ar,de,en,es,fr,it,nl,pt,ru,tr,und}'::text[] || p_language) as l (language)
        where p_language is null or l.language = p_language
    ) as q
    where numnode(q.words) > 0;
end;

comment on function content.search_query(text, text) is
'Turns typed text into a search: all words must occur, "in quotes" next to each other, or separates
alternatives, a minus excludes.

Args: p_query: the text; p_language: the language of the courses looked for; null: any.
Returns: the search; null if the text has no word that counts.
Caller: functions of this package.';

revoke all on function content.search_query(text, text) from public;
