// From an empty course to a certificate, as a teacher, a learner and anyone see it.
import { anyone, client, must, run } from "./door";

const teacher = client("INSTRUCTOR");
const learner = client("LEARNER");
const administrator = client("ADMINISTRATOR");

/** What a call gave; its error ends the program. */
async function got<T>(
  what: string, call: PromiseLike<{ data: T; error: unknown }>,
): Promise<NonNullable<T>> {
  const { data, error } = await call;
  must(!error && data !== null && data !== undefined, what, error);
  return data as NonNullable<T>;
}

async function refused(what: string, name: string, call: PromiseLike<{ error: any }>) {
  const { error } = await call;
  must(error?.details === name || error?.code === name, what, error);
}

async function write() {
  const course = await got("a course is begun", teacher.from("courses").insert({
    slug: "graphs", title: "Graphs", subtitle: "Paths and trees", language: "en",
    difficulty: "beginner",
  }).select("id").single());
  const module = await got("a module", teacher.from("modules").insert({
    course_id: course.id!, module_order: 1, title: "Paths",
  }).select("id").single());
  const lessons: string[] = [];
  for (const [at, title] of ["Welcome", "Shortest paths", "Your map"].entries()) {
    const lesson = await got(title, teacher.from("lessons").insert({
      module_id: module.id!, lesson_order: at + 1, title, lesson_type: "video", duration_sec: 300,
      is_preview: at === 0,
    }).select("id").single());
    const body = await teacher.from("lesson_bodies").insert({
      lesson_id: lesson.id!, content: { text: `${title}.` }, video_provider: "youtube",
      video_id: `v${at}`,
    });
    must(!body.error, "its body", body);
    must(!(await teacher.rpc("publish_lesson", { lesson_id: lesson.id! })).error, title, lesson);
    lessons.push(lesson.id!);
  }
  await teacher.rpc("publish_module", { module_id: module.id! });
  const quiz = await got("a quiz", teacher.from("assessments").insert({
    course_id: course.id!, lesson_id: lessons[1], title: "Paths", time_limit_sec: 600,
  }).select("id").single());
  const items = await got("its items", teacher.from("assessment_items").insert([
    { assessment_id: quiz.id!, item_order: 1, item_type: "single_choice", prompt: "Which?",
      options: [{ id: "a", text: "Dijkstra" }, { id: "b", text: "Quicksort" }], points: 2,
      penalty: 1 },
    { assessment_id: quiz.id!, item_order: 2, item_type: "long_answer", prompt: "Why?",
      options: [], points: 3, penalty: 0 },
  ]).select("id, item_type"));
  const [choice, essay] = items.map((item) => item.id!);
  const keyed = await teacher.rpc("set_answer_key", { item_id: choice, correct: "a" });
  must(!keyed.error, "a key", keyed);
  const keys = await got("keys read", teacher.rpc("read_answer_keys", { assessment_id: quiz.id! }));
  must(keys.length === 2, "the author sees keys", keys);
  await got("a quiz published", teacher.rpc("publish_assessment", { assessment_id: quiz.id! }));
  const work = await got("an assignment", teacher.from("assignments").insert({
    course_id: course.id!, lesson_id: lessons[2], title: "A map", instructions: "Draw one.",
    is_required: true,
  }).select("id").single());
  must(!(await teacher.rpc("publish_assignment", { assignment_id: work.id! })).error, "work", work);
  const tier = await got("tiers", administrator.from("tiers").select("id").eq("name", "member").single());
  const rule = await administrator.from("course_access_rules")
    .insert({ course_id: course.id!, tier_id: tier.id! });
  must(!rule.error, "staff open the course to everyone with a login", rule);
  await got("published", teacher.rpc("publish_course", { course_id: course.id!, note: "First" }));
  return {
    course: course.id!, lessons, quiz: quiz.id!, choice, essay, work: work.id!,
  };
}

async function browse(made: Awaited<ReturnType<typeof write>>) {
  const found = await got("a search", anyone.rpc("search_courses", { query: "paths trees" }));
  must(found.some((course) => course.id === made.course), "anyone finds it", found);
  const page = await got("a page", anyone.from("courses")
    .select("title, modules(title, module_order, lessons(id, title, is_preview))")
    .eq("slug", "graphs").single());
  must(page.modules[0].lessons.length === 3, "anyone sees the outline", page);
  const preview = await got("a preview", anyone.rpc("read_lesson", { lesson_id: made.lessons[0] }).single());
  must(preview.video_id === "v0", "anyone reads a preview", preview);
  await refused("the rest is closed", "access.denied",
    anyone.rpc("read_lesson", { lesson_id: made.lessons[1] }));
  const bodies = await anyone.from("lesson_bodies").select("content");
  must(bodies.error?.code === "42501", "bodies are not listed", bodies);
  const drafts = await learner.from("assessments").select("id").eq("id", made.quiz);
  must(drafts.data?.length === 0, "who does not learn sees no quiz", drafts);
}

async function learn(made: Awaited<ReturnType<typeof write>>) {
  const [welcome, paths, map] = made.lessons;
  await refused("first one enrols", "enrollment.required",
    learner.rpc("record_progress", { lesson_id: paths, position_sec: 1, watched_sec: 1 }));
  const key = crypto.randomUUID();
  const enrolled: any = await got("enrolled", learner.rpc("enroll", { course_id: made.course, key }));
  const again: any = await got("again", learner.rpc("enroll", { course_id: made.course, key }));
  must(enrolled.status === "active" && again.enrollment_id === enrolled.enrollment_id, "once", again);
  await got("watched", learner.rpc("record_progress", { lesson_id: paths, position_sec: 120, watched_sec: 60 }));
  const at = await got("resumed", learner.from("my_progress").select("last_position_sec, status")
    .eq("lesson_id", paths).single());
  must(at.last_position_sec === 120 && at.status === "in_progress", "it goes on there", at);
  const first: any = await got("completed", learner.rpc("complete_lesson", { lesson_id: welcome }));
  must(first.is_new && first.xp > 0, "a lesson earns XP", first);
  await refused("the quiz is to be passed", "lesson.assessment_open",
    learner.rpc("complete_lesson", { lesson_id: paths }));
  await refused("work is to be handed in", "lesson.assignment_open",
    learner.rpc("complete_lesson", { lesson_id: map }));
  const forged = await learner.from("my_enrollments").update({ status: "completed" } as never)
    .eq("course_id", made.course);
  must(!!forged.error, "nobody writes a completion", forged);
}

async function examine(made: Awaited<ReturnType<typeof write>>) {
  const begun: any = await got("begun", learner.rpc("start_attempt", { assessment_id: made.quiz }));
  must(begun.items.length === 2 && !JSON.stringify(begun).includes("correct"), "no keys", begun);
  await refused("keys are for graders", "42501",
    learner.rpc("read_answer_keys", { assessment_id: made.quiz }));
  await got("saved", learner.rpc("save_answers", {
    attempt_id: begun.attempt_id, answers: { [made.choice]: "a" },
  }));
  const handed: any = await got("handed in", learner.rpc("submit_attempt", {
    attempt_id: begun.attempt_id, answers: { [made.essay]: "Because weights are not negative." },
  }));
  must(handed.status === "submitted" && handed.result === null, "a person grades", handed);
  const waiting = await got("waiting", teacher.from("people_attempts").select("id, status")
    .eq("course_id", made.course).eq("status", "submitted"));
  must(waiting.length === 1, "the teacher is told", waiting);
  const graded: any = await got("graded", teacher.rpc("grade_attempt", {
    attempt_id: begun.attempt_id, version: 1, item_points: { [made.essay]: 2.5 }, feedback: "Good.",
  }));
  must(graded.score === 4.5 && graded.is_passed, "points add up", graded);
  await refused("who comes second looks again", "grade.conflict", teacher.rpc("grade_attempt", {
    attempt_id: begun.attempt_id, version: 1, item_points: { [made.essay]: 0 },
  }));
  const review: any = await got("review", learner.rpc("review_attempt", { attempt_id: begun.attempt_id }));
  must(review.feedback === "Good." && review.items.length === 2, "the learner sees it", review);
  const submission = crypto.randomUUID();
  await got("work", learner.rpc("submit_assignment", {
    assignment_id: made.work, key: submission, content: "A map.",
  }));
  const marked: any = await got("marked", teacher.rpc("grade_submission", {
    submission_id: submission, version: 1, points: 90,
  }));
  must(marked.is_passed, "work is passed", marked);
}

async function certify(made: Awaited<ReturnType<typeof write>>) {
  await got("paths", learner.rpc("complete_lesson", { lesson_id: made.lessons[1] }));
  const last: any = await got("map", learner.rpc("complete_lesson", { lesson_id: made.lessons[2] }));
  must(last.course_status === "completed" && last.certificate_id, "the course is done", last);
  const certificate = await got("a certificate", learner.from("my_certificates")
    .select("verify_hash, number").eq("id", last.certificate_id).single());
  const seen = await got("verified", anyone.rpc("verify_certificate", {
    hash: certificate.verify_hash!,
  }).single());
  must(seen.is_valid && seen.number === certificate.number, "anyone verifies it", seen);
  await refused("a guess is none", "certificate.not_found",
    anyone.rpc("verify_certificate", { hash: "0".repeat(64) }));
  const book = await got("gradebook", teacher.rpc("gradebook", { course_id: made.course }));
  must(book.length === 1 && book[0].percent === 100, "the gradebook says so", book);
}

async function meet(made: Awaited<ReturnType<typeof write>>) {
  const meeting = await got("a meeting", teacher.from("live_sessions").insert({
    course_id: made.course, title: "Questions", scheduled_at: new Date().toISOString(),
    duration_sec: 3600,
  }).select("id").single());
  const link = await teacher.from("live_session_links")
    .insert({ session_id: meeting.id!, join_url: "https://meet.example.com/graphs" });
  must(!link.error, "its link", link);
  const links = await learner.from("live_session_links").select("join_url");
  must(!links.data?.length, "links are not listed", links);
  const live = await teacher.rpc("set_live_session_status", { session_id: meeting.id!, status: "live" });
  must(!live.error, "it begins", live);
  const joined: any = await got("joined", learner.rpc("join_live_session", { session_id: meeting.id! }));
  must(joined.join_url === "https://meet.example.com/graphs", "learners are told", joined);
}

run(async () => {
  const made = await write();
  await browse(made);
  await learn(made);
  await examine(made);
  await certify(made);
  await meet(made);
});
