-- Definer with its own condition, because under a policy @@ could not use its index.
create or replace function content.search_courses(
    p_query text default null,
    p_category_id uuid default null,
    p_language text default null,
    p_difficulty text default null,
    p_access_tier text default null,
    p_tag text default null,
    p_limit integer default 20,
    p_cursor text default null
) returns table (course content.course_cards, rank real, cursor text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
-- The filters differ from call to call.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_query tsquery := content.search_query(left(p_query, 500), p_language);
    v_tag_id uuid := (select t.id from content.tags as t where t.slug = p_tag);
    v_categories uuid[] := array(select content.category_ids_below(p_category_id));
    v_after jsonb := content.read_cursor(p_cursor);
begin
    if (p_limit between 1 and 100) is not true then
        raise sqlstate 'PT400' using
            message = format('a page cannot have %L courses', p_limit),
            detail = 'search.page_invalid',
            hint = 'Send a page_size from 1 to 100.';
    end if;
    if p_query ~ '[^[:space:]]' and v_query is null then
        return;
    end if;
    return query
    select
        cc,
        found.rank,
        encode(
            convert_to(
                jsonb_build_array(
                    found.rank::text, found.published_at::text, found.id
                )::text, 'UTF8'
            ), 'base64'
        ) as cursor
    from (
        select x.*
        from (
            select
                c.id,
                c.published_at,
                case when v_query is null then 0 else ts_rank_cd(c.search_vector, v_query) end::real
                as rank
            from content.courses as c
            where
                c.is_published
                and (v_query is null or c.search_vector @@ v_query)
                and (p_category_id is null or c.category_id = any(v_categories))
                and (p_language is null or c.language = p_language)
                and (p_difficulty is null or c.difficulty = p_difficulty)
                and (p_access_tier is null or c.access_tier = p_access_tier)
                and (
                    p_tag is null
                    or c.id in (
                        select ct.course_id
                        from content.course_tags as ct
                        where ct.tag_id = v_tag_id
                    )
                )
        ) as x
        where
            v_after is null
            or (x.rank, x.published_at, x.id) < (
                (v_after ->> 0)::real, (v_after ->> 1)::timestamptz, (v_after ->> 2)::uuid
            )
        order by x.rank desc, x.published_at desc, x.id desc
        limit p_limit
    ) as found
    inner join content.course_cards as cc on found.id = cc.id
    order by found.rank desc, found.published_at desc, found.id desc;
end;
$$;

comment on function content.search_courses(
    text, uuid, text, text, text, text, integer, text
) is
'Published courses that match, the best first and then the newest; without a query, the newest
first.

Definer, because under a policy the search could not use its index; it shows only published courses.

Args: p_query: the typed text; p_category_id: a category, which includes those below it; p_language,
p_difficulty, p_access_tier: the exact value; p_tag: a tag''s slug; p_limit: 1 to 100; p_cursor: the
cursor of the last course of the previous page. Null: no filter.
Returns: the courses, their rank and cursor.
Raises: PT400 search.page_invalid, PT400 search.cursor_invalid.
Caller: anyone.';

revoke all on function content.search_courses(
    text, uuid, text, text, text, text, integer, text
) from public;
grant execute on function content.search_courses(
    text, uuid, text, text, text, text, integer, text
) to anon, authenticated, staff, service_role;
