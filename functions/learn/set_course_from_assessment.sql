create or replace function learn.set_course_from_assessment() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select a.course_id into new.course_id
    from learn.assessments as a
    where a.id = new.assessment_id
    for key share;
    if not found then
        raise sqlstate 'PT404' using
            message = 'no such assessment',
            detail = 'assessment.not_found',
            hint = 'Take the assessment''s id from api.assessments.';
    end if;
    return new;
end;
$$;

comment on function learn.set_course_from_assessment() is
'Copies the course of a new item''s assessment; the foreign key keeps them equal.

Definer, because the assessment may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Raises: PT404 assessment.not_found.
Caller: triggers only.';

revoke all on function learn.set_course_from_assessment() from public;

create or replace trigger trg_assessment_items_set_course_from_assessment
before insert on learn.assessment_items
for each row execute function learn.set_course_from_assessment();
