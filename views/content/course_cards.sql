create or replace view content.course_cards with (security_invoker = true) as
select
    c.id,
    c.slug,
    c.title,
    c.subtitle,
    c.category_id,
    c.language,
    c.difficulty,
    c.access_tier,
    c.thumbnail_url,
    c.is_featured,
    c.published_at,
    s.student_count,
    s.rating_count,
    s.lesson_count,
    s.duration_sec,
    round(s.rating_sum::numeric / nullif(s.rating_count, 0), 2) as rating_average
from content.courses as c
inner join content.course_stats as s on c.id = s.course_id
where c.is_published;

comment on view content.course_cards is
'Published courses as a catalogue shows them. content.search_courses() returns these rows.';
comment on column content.course_cards.rating_average is '1 to 5; null: nobody rated it.';

revoke all on content.course_cards from public, anon, authenticated, staff, service_role;
