create schema api;

comment on schema api is
'The one schema that clients see: views and functions over the domains behind it.';

grant usage on schema api to anon, authenticated, staff, service_role;
