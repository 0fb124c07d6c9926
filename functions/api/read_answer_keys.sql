create or replace function api.read_answer_keys(assessment_id uuid) returns table (
    item_id uuid,
    correct jsonb,
    guidance text
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        x.item_id,
        x.correct,
        x.guidance
    from learn.read_answer_keys(assessment_id) as x;
end;

comment on function api.read_answer_keys(uuid) is
'Right answers of an assessment, as its authors last saved them.

Args: assessment_id: the assessment.
Returns: a row for each item, in order; a person grades an item without a key.
Raises: PT404 assessment.not_found, also for callers who may not see them.
Caller: those who teach the course or hold gradebook.grade, everywhere or in the course; service.';

revoke all on function api.read_answer_keys(uuid) from public;
grant execute on function api.read_answer_keys(uuid) to staff, service_role;
