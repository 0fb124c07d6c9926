-- What migrations and policies add up to. Written by `dbtool snapshot`; do not edit.

create table gamification.friend_links (
    user_id uuid not null,
    friend_id uuid not null,
    status text not null,
    created_at timestamp with time zone default now() not null,
    accepted_at timestamp with time zone,
    constraint pk_friend_links PRIMARY KEY (user_id, friend_id),
    constraint ck_friend_links_accepted CHECK (((status = 'accepted'::text) = (accepted_at IS NOT NULL))),
    constraint ck_friend_links_not_oneself CHECK ((user_id <> friend_id)),
    constraint ck_friend_links_status CHECK ((status = ANY (ARRAY['requested'::text, 'received'::text, 'accepted'::text]))),
    constraint fk_friend_links_friend FOREIGN KEY (friend_id) REFERENCES public.profiles(id),
    constraint fk_friend_links_user FOREIGN KEY (user_id) REFERENCES public.profiles(id)
);

comment on table gamification.friend_links is 'Friends and requests. Each pair has two rows, so that each person''s are found by user_id. Written by functions alone, both rows at once.';
comment on column gamification.friend_links.status is 'requested: by user_id; received: from friend_id; accepted.';

CREATE INDEX idx_friend_links_friend_id ON gamification.friend_links USING btree (friend_id);

alter table gamification.friend_links enable row level security;

grant select on table gamification.friend_links to authenticated;
grant select on table gamification.friend_links to service_role;
grant select on table gamification.friend_links to staff;

create policy friend_links_select_own on gamification.friend_links for select to authenticated
using ((user_id = ( SELECT auth.uid() AS uid)));

create policy friend_links_select_staff on gamification.friend_links for select to staff
using (((user_id = ( SELECT auth.uid() AS uid)) OR ( SELECT rbac.has_permission(( SELECT auth.uid() AS uid), 'xp.read_any'::text) AS has_permission)));

comment on policy friend_links_select_own on gamification.friend_links is 'Users read their own friends and requests.';
comment on policy friend_links_select_staff on gamification.friend_links is 'Staff with xp.read_any read everyone''s friends.';
