create or replace function learn.refresh_results_and_deadlines() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update learn.attempt_results as r
    set shown_at = case new.results_shown
        when 'at_once' then r.graded_at
        when 'after_close' then greatest(learn.last_answer_at(new), r.graded_at)
    end
    where r.assessment_id = new.id and r.graded_at is not null;
    update learn.user_assessment_attempts as t
    set deadline_at = learn.deadline_of(new, t.started_at, v.time_limit_sec)
    from learn.assessment_versions as v
    where t.assessment_id = new.id and t.status = 'open' and t.version_id = v.id;
    return null;
end;
$$;

comment on function learn.refresh_results_and_deadlines() is
'Shows results, or hides them, when the rule of their assessment changes; open attempts end when it
closes.

Definer, because nobody writes results directly.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function learn.refresh_results_and_deadlines() from public;

create or replace trigger trg_assessments_refresh_results_and_deadlines
after update of results_shown, closes_at on learn.assessments
for each row
when (
    (new.results_shown, new.closes_at) is distinct from (old.results_shown, old.closes_at)
)
execute function learn.refresh_results_and_deadlines();
