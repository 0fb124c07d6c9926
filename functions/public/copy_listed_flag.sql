create or replace function public.copy_listed_flag() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The lock keeps the flag as it is until the new link exists for the cascade to find.
    select p.is_listed into new.is_listed
    from public.profiles as p
    where p.id = new.user_id
    for key share;
    return new;
end;
$$;

comment on function public.copy_listed_flag() is
'Gives a new link its profile''s is_listed; from then on the foreign key keeps them equal.

Definer, because the profile may not be visible to everyone.

Returns: the row, as a BEFORE trigger.
Caller: triggers only.';

revoke all on function public.copy_listed_flag() from public;

create or replace trigger trg_profile_links_copy_listed_flag
before insert on public.profile_links
for each row execute function public.copy_listed_flag();
