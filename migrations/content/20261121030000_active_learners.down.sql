alter table content.course_stats drop column active_count;
