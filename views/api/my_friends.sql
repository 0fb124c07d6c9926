create or replace view api.my_friends with (security_invoker = true) as
select
    f.user_id,
    f.friend_id,
    f.status,
    f.created_at,
    f.accepted_at
from gamification.friend_links as f
where f.user_id = (select auth.uid());

comment on view api.my_friends is
'The caller''s friends and requests. Changed by request_friend, accept_friend and remove_friend.';
comment on column api.my_friends.status is
'requested: by the caller; received: from the friend; accepted.';

revoke all on api.my_friends from public, anon, authenticated, staff, service_role;
grant select on api.my_friends to authenticated, staff;
