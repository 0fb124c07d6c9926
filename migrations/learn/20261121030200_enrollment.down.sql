drop table learn.certificates;
drop table learn.lesson_analytics;
drop table learn.user_progress;
drop table learn.waitlist_entries;
drop table learn.enrollments;
drop table learn.cohorts;
drop table learn.settings;
drop schema learn;
