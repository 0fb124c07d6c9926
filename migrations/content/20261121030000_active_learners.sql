alter table content.course_stats add column active_count integer not null default 0;
alter table content.course_stats
add constraint ck_course_stats_active_count
check (active_count between 0 and student_count) not valid;

comment on column content.course_stats.active_count is
'Of those, who learn now: they neither completed nor left it. What courses.max_students limits.';
