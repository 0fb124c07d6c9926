comment on table public.profiles is
'One row for each person, with what others may see. Its id is the login''s (auth.users.id) but no '
'foreign key: a deleted login leaves a pseudonymised profile that orders and certificates name.';
comment on column public.profiles.username is
'Unique whatever its case; 3 to 32 letters, digits, dots, dashes and underscores.';
comment on column public.profiles.country is 'ISO 3166-1 alpha-2; null: not told.';
comment on column public.user_contacts.email is
'The login''s address; follows it when it changes, and cannot be changed here.';
comment on table public.user_interests is
'What a person wants to learn about, in their own words.';
comment on column public.user_interests.interest_key is 'interest in lower case: one row a word.';
