create or replace function api.search_courses(
    query text default null,
    in_category uuid default null,
    in_language text default null,
    with_difficulty text default null,
    with_tier text default null,
    with_tag text default null,
    page_size integer default 20,
    after_cursor text default null
) returns table (
    rank real,
    cursor text,
    id uuid,
    slug text,
    title text,
    subtitle text,
    category_id uuid,
    language text,
    difficulty text,
    access_tier text,
    thumbnail_url text,
    is_featured boolean,
    published_at timestamptz,
    student_count integer,
    rating_count integer,
    rating_average numeric,
    lesson_count integer,
    duration_sec integer
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.rank,
        x.cursor,
        (x.course).id,
        (x.course).slug,
        (x.course).title,
        (x.course).subtitle,
        (x.course).category_id,
        (x.course).language,
        (x.course).difficulty,
        (x.course).access_tier,
        (x.course).thumbnail_url,
        (x.course).is_featured,
        (x.course).published_at,
        (x.course).student_count,
        (x.course).rating_count,
        (x.course).rating_average,
        (x.course).lesson_count,
        (x.course).duration_sec
    from content.search_courses(
        query,
        in_category,
        in_language,
        with_difficulty,
        with_tier,
        with_tag,
        page_size,
        after_cursor
    ) as x;
end;

comment on function api.search_courses(
    text, uuid, text, text, text, text, integer, text
) is
'Published courses that match, the best first and then the newest; without a query, the newest
first. Accents do not matter; in the ten supported languages word forms do not matter either.

Args: query: words that must all occur, "in quotes" next to each other, with or between alternatives
and a minus before a word to exclude; in_category: the id of a category, which includes those below
it; in_language, with_difficulty, with_tier: the exact value; with_tag: a tag''s slug; page_size: 1
to 100; after_cursor: the cursor of the last course of the previous page. Null: no filter.
Returns: rank: how well the course matches; cursor: where the next page begins; and the course with
its counts.
Raises: PT400 search.page_invalid, PT400 search.cursor_invalid.
Caller: anyone.';

revoke all on function api.search_courses(
    text, uuid, text, text, text, text, integer, text
) from public;
grant execute on function api.search_courses(
    text, uuid, text, text, text, text, integer, text
) to anon, authenticated, staff, service_role;
