create or replace view api.courses with (security_invoker = true) as
select
    c.id,
    c.slug,
    c.title,
    c.subtitle,
    c.description,
    c.category_id,
    c.language,
    c.difficulty,
    c.thumbnail_url,
    c.trailer_url,
    c.requirements,
    c.outcomes,
    c.audience,
    c.max_students,
    c.has_certificate,
    c.certificate_settings,
    c.access_tier,
    c.is_featured,
    c.status,
    c.published_at,
    c.archived_at,
    c.version_id,
    c.is_published,
    c.is_visible,
    c.created_by,
    c.created_at,
    c.updated_at
from content.courses as c;

comment on view api.courses is
'Courses that were published; for those who teach them, and for staff with course.read_any or '
'course.edit, drafts too. Filter by is_published for the catalogue, or use search_courses.';
comment on column api.courses.access_tier is
'The access it requires: the name of a tier, paid_oneoff or closed. A label; can_read_course '
'decides.';
comment on column api.courses.status is
'draft, under_review, published or archived.';
comment on column api.courses.version_id is
'The publication for people who enrol now.';

revoke all on api.courses from public, anon, authenticated, staff, service_role;
grant select on api.courses to anon, authenticated, staff, service_role;
grant insert (
    slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url,
    trailer_url, requirements, outcomes, audience, max_students, has_certificate,
    certificate_settings
) on api.courses to staff;
grant insert (
    created_by, slug, title, subtitle, description, category_id, language, difficulty,
    thumbnail_url, trailer_url, requirements, outcomes, audience, max_students, has_certificate,
    certificate_settings
) on api.courses to service_role;
grant update (
    slug, title, subtitle, description, category_id, language, difficulty, thumbnail_url,
    trailer_url, requirements, outcomes, audience, max_students, has_certificate,
    certificate_settings
) on api.courses to staff, service_role;
