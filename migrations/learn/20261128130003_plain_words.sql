comment on schema learn is
'Learning: enrolments, progress, assessments, live sessions and certificates.';
comment on column learn.cohorts.seats is 'Null: no limit. Never below seats_taken.';
comment on column learn.cohorts.seats_taken is
'Seats of people who take the course in it or completed it.';
comment on column learn.cohorts.access_until is
'When the enrolments of its members expire; null: never. A change counts for later enrolments.';
comment on column learn.cohorts.is_visible is 'Whether everyone may see it.';
comment on table learn.enrollments is
'People who take or took a course: one row for each person and course, with the publication that '
'they read. It grants no access; schema access decides what they may read.';
comment on column learn.enrollments.version_id is
'The publication they read, until they adopt a newer one.';
comment on column learn.enrollments.status is
'active, completed, dropped (left by the learner or taken out) or expired. No row: never enrolled.';
comment on column learn.enrollments.source is
'The source of their access when they enrolled: free, role, purchase, subscription, referral, '
'grant, test or teacher; or staff, if staff enrolled them.';
comment on column learn.enrollments.expires_at is
'The time from which it no longer counts; null: none.';
comment on table learn.waitlist_entries is
'People who wait for a seat; the first to come gets it.';
comment on column learn.waitlist_entries.cohort_id is 'Null: a seat in the course, in no cohort.';
comment on column learn.waitlist_entries.source is
'staff: staff enrolled them, and their access is not checked; null: it is checked when a seat is '
'free.';
comment on table learn.user_progress is
'How far learners are in lessons. No row: not started.';
comment on column learn.user_progress.course_id is
'The course of the enrolment; it stays the same for the learner if the lesson moves.';
comment on column learn.user_progress.last_position_sec is
'Where to resume: seconds from the start.';
comment on table learn.lesson_analytics is
'Learners'' actions in a lesson''s player. Time and position are in user_progress.';
comment on table learn.certificates is
'Certificates of people who completed a publication of a course. Revoked, never deleted; a person '
'has at most one for a course that is not revoked.';
comment on column learn.certificates.number is
'The number by which people refer to it; not secret.';
comment on column learn.certificates.verify_hash is
'64 random hexadecimal digits; anyone who knows them may see the certificate.';
comment on column learn.certificates.holder_name is 'As it was when the certificate was issued.';
comment on column learn.certificates.course_title is 'As it was when the certificate was issued.';
comment on column learn.certificates.metadata is
'The course''s certificate_settings, as they were when it was issued.';
comment on column learn.certificates.issued_by is
'The person who issued it; null: the completion of the course did.';
comment on table learn.assessments is
'Quizzes, exams and practice of a lesson or a course. Attempts use the published versions, in '
'assessment_versions.';
comment on column learn.assessments.lesson_id is 'Null: for the whole course.';
comment on column learn.assessments.assessment_type is
'quiz, final_exam or practice; practice earns no XP and is never required.';
comment on column learn.assessments.max_attempts is 'Null: no limit.';
comment on column learn.assessments.review_shows is
'Shown to learners then: score, or also answers with the points of each. Nobody sees the keys.';
comment on column learn.assessments.closes_at is
'When it closes and open attempts end; null: never.';
comment on column learn.assessments.is_required is
'Whether it must be passed to complete the lesson or course. It counts only for learners whose '
'publication of the course is not older than it.';
comment on column learn.assessments.published_at is 'When it was first published; null: never.';
comment on table learn.assessment_items is
'Questions, as their authors edit them. Right answers are in answer_keys.';
comment on column learn.assessment_items.options is
'The options: [{"id": "a", "text": "..."}]; empty if there is nothing to choose. A question that '
'loses an option, or gets another type, loses its right answer.';
comment on column learn.answer_keys.guidance is 'A note for graders.';
comment on column learn.assessment_version_keys.keys is
'{item id: correct}, null if a person grades.';
comment on table learn.user_assessment_attempts is
'Attempts at assessments, one open at a time for a person and assessment. Scores are in '
'attempt_results, because learners see them later or never.';
comment on column learn.user_assessment_attempts.course_id is 'The course of the enrolment.';
comment on column learn.user_assessment_attempts.deadline_at is
'By the server''s clock; null: none. Later answers are ignored.';
comment on column learn.user_assessment_attempts.was_late is
'Whether the deadline ended it; then the saved answers count.';
comment on table learn.attempt_results is 'Results of attempts.';
comment on column learn.attempt_results.version is
'Rises with each grading; a grader sends the one they saw.';
comment on column learn.attempt_results.item_points is
'{item id: points}, null if a person has yet to grade, below 0 if a penalty was taken off.';
comment on column learn.attempt_results.score is
'Points, never below 0; preliminary until graded_at.';
comment on column learn.attempt_results.graded_by is
'The person who graded last; null: nobody had to.';
comment on column learn.attempt_results.shown_at is
'The time from which the learner sees it; null: never.';
comment on column learn.assignments.lesson_id is 'Null: for the whole course.';
comment on column learn.assignments.due_at is
'The deadline for everyone; null: see due_after_days.';
comment on column learn.assignments.late_penalty_percent is
'Percent taken off for each day late, the last one even if it has only begun.';
comment on column learn.assignments.late_floor_percent is
'Percent of its points that late work keeps at least.';
comment on column learn.assignments.published_at is 'When it was first published; null: never.';
comment on table learn.submissions is
'Work that learners handed in, and its points. Late policy and points of the assignment are those '
'of that moment.';
comment on column learn.submissions.id is
'Chosen by the client, so that a repeated request is recognised.';
comment on column learn.submissions.course_id is 'The course of the enrolment.';
comment on column learn.submissions.file_ids is 'Ids of files in the schema that keeps files.';
comment on column learn.submissions.penalty_percent is 'Percent taken off its points.';
comment on column learn.submissions.raw_points is 'Points before the penalty.';
comment on column learn.submissions.version is
'Rises with each grading; a grader sends the one they saw.';
comment on table learn.proctoring_sessions is
'Proctoring of an attempt. For graders; the learner sees none of it.';
comment on column learn.proctoring_sessions.screenshot_ids is
'Ids of files in the schema that keeps files.';
comment on column learn.proctoring_sessions.analysis is
'Findings of a back end, in its own format.';
comment on table learn.proctoring_events is
'Reports of a learner''s own browser during an attempt; hints for graders, not proof.';
comment on table learn.live_sessions is
'Meetings of a course. Their addresses are in live_session_links.';
comment on column learn.live_sessions.lesson_id is 'Null: for the whole course.';
comment on column learn.live_sessions.max_participants is
'Participants at most, not counting teachers; null: no limit.';
comment on table learn.live_session_links is
'The address and the recording of a meeting. Learners get them from learn.join_live_session().';
comment on table learn.live_session_participants is
'The people who took part in a meeting, and how long.';
comment on column learn.live_session_participants.role is
'host (a teacher of the course) or learner.';
comment on column learn.live_session_participants.joined_at is 'When they last joined.';
comment on column learn.live_session_participants.left_at is
'When they last left; null: still there.';
comment on column learn.live_session_participants.attended_sec is
'Seconds of earlier stays; a stay that has not ended is not counted.';
