drop table public.user_interests;
drop table public.user_consents;
drop table public.profile_links;
drop table public.user_settings;
drop table public.user_contacts;
drop table public.profiles;
