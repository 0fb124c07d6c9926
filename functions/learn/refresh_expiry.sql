create or replace function learn.refresh_expiry() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update learn.enrollments as e
    set expires_at = new.access_until
    where
        e.cohort_id = new.id
        and e.status = 'active'
        and e.expires_at is not distinct from old.access_until;
    return null;
end;
$$;

comment on function learn.refresh_expiry() is
'Carries a changed access_until of a cohort to its members, but for those to whom staff gave another
end.

Definer, because those who change a cohort do not write enrolments.

Returns: null, as an AFTER trigger.
Caller: triggers only.';

revoke all on function learn.refresh_expiry() from public;

create or replace trigger trg_cohorts_refresh_expiry
after update of access_until on learn.cohorts
for each row
when (new.access_until is distinct from old.access_until)
execute function learn.refresh_expiry();
