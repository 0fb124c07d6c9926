comment on schema learn is
'Who learns what: enrolments, progress, assessments, live sessions and certificates.';
comment on column learn.cohorts.seats is 'Null: as many as come. Never below seats_taken.';
comment on column learn.cohorts.seats_taken is 'By those who learn in it or completed it.';
comment on column learn.cohorts.access_until is
'When the enrolments of its members expire; null: never. A change counts for later ones.';
comment on column learn.cohorts.is_visible is 'Whether anyone may know it.';
comment on table learn.enrollments is
'Who takes or took which course: one row a person and course, with the publication that they read. '
'It opens nothing by itself; what they may read is asked of schema access.';
comment on column learn.enrollments.version_id is
'The publication they read, until they take up a newer one.';
comment on column learn.enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. Without a row: never '
'enrolled.';
comment on column learn.enrollments.source is
'What opened the course when they enrolled: free, role, purchase, subscription, referral, grant, '
'test, teacher, or staff who enrolled them.';
comment on column learn.enrollments.expires_at is 'From when it no longer counts; null: never.';
comment on table learn.waitlist_entries is
'Who waits for a seat; who came first gets it.';
comment on column learn.waitlist_entries.cohort_id is 'Null: for the course, in no cohort.';
comment on column learn.waitlist_entries.source is
'staff, who are asked nothing; null: what opens the course to them is asked when there is a seat.';
comment on table learn.user_progress is
'How far learners are in lessons. Without a row: not started.';
comment on column learn.user_progress.course_id is
'Of the enrolment; where the lesson moved since, it is still this one for the learner.';
comment on column learn.user_progress.last_position_sec is
'Where to go on: seconds from the start.';
comment on table learn.lesson_analytics is
'What learners did in a lesson''s player. Time and position stand in user_progress.';
comment on table learn.certificates is
'Who completed which publication of a course. Revoked, never deleted; one that is not revoked a '
'person and course.';
comment on column learn.certificates.number is 'What people call it by; no secret.';
comment on column learn.certificates.verify_hash is
'64 random hexadecimal digits: who has them may see the certificate.';
comment on column learn.certificates.holder_name is 'As it was then.';
comment on column learn.certificates.course_title is 'As it was then.';
comment on column learn.certificates.metadata is
'The course''s certificate_settings, as they were.';
comment on column learn.certificates.issued_by is 'Null: by completing the course.';
comment on table learn.assessments is
'Quizzes, exams and practice of a lesson or a course. Attempts are made on what was published of '
'them, in assessment_versions.';
comment on column learn.assessments.lesson_id is 'Null: of the whole course.';
comment on column learn.assessments.assessment_type is
'quiz, final_exam or practice; practice earns no XP and nothing waits for it.';
comment on column learn.assessments.max_attempts is 'Null: as many as one likes.';
comment on column learn.assessments.review_shows is
'What they see then: score, or answers with the points of each too. Keys are shown to nobody.';
comment on column learn.assessments.closes_at is
'When open attempts end, too; null: without an end.';
comment on column learn.assessments.is_required is
'Whether it must be passed to complete the lesson or course; asked of those who read a publication '
'of the course that is not older than it.';
comment on column learn.assessments.published_at is 'When first; null: never.';
comment on table learn.assessment_items is
'Questions, as their authors work on them. Right answers stand apart, in answer_keys.';
comment on column learn.assessment_items.options is
'What can be chosen: [{"id": "a", "text": "..."}]; empty where nothing is chosen. A question '
'that loses an option, or gets another type, loses its right answer.';
comment on column learn.answer_keys.guidance is 'What graders are told.';
comment on column learn.assessment_version_keys.keys is
'{item id: correct}, null where a person grades.';
comment on table learn.user_assessment_attempts is
'Attempts at assessments, one open at a time for a person and assessment. Scores stand apart, in '
'attempt_results, because learners see them later or never.';
comment on column learn.user_assessment_attempts.course_id is 'Of the enrolment.';
comment on column learn.user_assessment_attempts.deadline_at is
'By the server''s clock; null: none. What comes later is not taken.';
comment on column learn.user_assessment_attempts.was_late is
'Whether the deadline ended it; what was saved before counts.';
comment on table learn.attempt_results is 'What attempts earned.';
comment on column learn.attempt_results.version is
'Rises with each grading; a grader names the one they saw.';
comment on column learn.attempt_results.item_points is
'{item id: points}, null where a person has yet to grade, below 0 where a penalty was taken off.';
comment on column learn.attempt_results.score is 'Points, never below 0; so far, until graded_at.';
comment on column learn.attempt_results.graded_by is 'Who graded last; null: nobody had to.';
comment on column learn.attempt_results.shown_at is 'From when the learner sees it; null: never.';
comment on column learn.assignments.lesson_id is 'Null: of the whole course.';
comment on column learn.assignments.due_at is 'For everyone; null: see due_after_days.';
comment on column learn.assignments.late_penalty_percent is
'Taken off for each day late that was begun.';
comment on column learn.assignments.late_floor_percent is
'What late work is worth at least, of what it earned.';
comment on column learn.assignments.published_at is 'When first; null: never.';
comment on table learn.submissions is
'What learners handed in, and what it earned. Late policy and points are those of that moment.';
comment on column learn.submissions.id is
'Chosen by the client, so that a repeated request is known.';
comment on column learn.submissions.course_id is 'Of the enrolment.';
comment on column learn.submissions.file_ids is 'Files, in the schema that keeps files.';
comment on column learn.submissions.penalty_percent is 'Taken off what it earned.';
comment on column learn.submissions.raw_points is 'Before the penalty.';
comment on column learn.submissions.version is
'Rises with each grading; a grader names the one they saw.';
comment on table learn.proctoring_sessions is
'What watched over an attempt. For graders; the learner sees none of it.';
comment on column learn.proctoring_sessions.screenshot_ids is
'Files, in the schema that keeps files.';
comment on column learn.proctoring_sessions.analysis is 'What a back end found, in its own terms.';
comment on table learn.proctoring_events is
'What a learner''s own browser reported during an attempt; hints for graders, no proof.';
comment on table learn.live_sessions is
'Meetings of a course. Where they are held stands apart, in live_session_links.';
comment on column learn.live_sessions.lesson_id is 'Null: of the whole course.';
comment on column learn.live_sessions.max_participants is 'Besides teachers; null: no limit.';
comment on table learn.live_session_links is
'Where a meeting is held and its recording. Learners get them by learn.join_live_session().';
comment on table learn.live_session_participants is 'Who took part in a meeting, and how long.';
comment on column learn.live_session_participants.role is 'host (whoever teaches) or learner.';
comment on column learn.live_session_participants.joined_at is 'The last time.';
comment on column learn.live_session_participants.left_at is 'The last time; null: still there.';
comment on column learn.live_session_participants.attended_sec is
'Seconds of earlier stays, without one that lasts.';
