-- An academy in three languages, a draft and an archived course among them.
insert into content.categories (slug, name, category_order)
values
('programming', 'Programming', 1),
('data', 'Data', 2),
('artificial-intelligence', 'Artificial intelligence', 3)
on conflict (slug) do nothing;

insert into content.categories (parent_id, slug, name)
select
    c.id as parent_id,
    below.slug,
    below.name
from (
    values
    ('programming', 'python', 'Python'),
    ('data', 'databases', 'Databases')
) as below (parent_slug, slug, name)
inner join content.categories as c on below.parent_slug = c.slug
on conflict (slug) do nothing;

insert into content.tags (slug, name)
values
('python', 'Python'),
('sql', 'SQL'),
('debutant', 'Débutant'),
('ai', 'AI')
on conflict (slug) do nothing;

insert into content.courses (
    id, slug, title, subtitle, description, category_id, language, difficulty, outcomes, created_by
)
select
    course.id,
    course.slug,
    course.title,
    course.subtitle,
    course.description,
    c.id as category_id,
    course.language,
    course.difficulty,
    course.outcomes,
    '00000000-0000-4000-8000-000000000003'::uuid as created_by
from (
    values
    (
        '00000000-0000-4000-8000-0000000c0001'::uuid,
        'python-pour-debutants',
        'Python pour débutants',
        'Écrire ses premiers programmes, pas à pas',
        'Des variables aux fonctions, puis un petit programme complet que vous garderez.',
        'python',
        'fr',
        'beginner',
        '{"Lire et écrire un programme court", "Découper un problème en fonctions"}'::text[]
    ),
    (
        '00000000-0000-4000-8000-0000000c0002'::uuid,
        'sql-that-holds',
        'SQL that holds',
        'Constraints, indexes and transactions in practice',
        'Design tables that refuse wrong data, and queries that stay fast when they grow.',
        'databases',
        'en',
        'intermediate',
        '{"State rules as constraints", "Read a query plan"}'::text[]
    ),
    (
        '00000000-0000-4000-8000-0000000c0003'::uuid,
        'asasiyyat-al-dhaka',
        'أساسيات الذكاء الاصطناعي',
        'مدخل عملي بلا رياضيات معقدة',
        'ما الذي تتعلمه الآلة، وكيف نقيس جودته، ومتى لا نثق به.',
        'artificial-intelligence',
        'ar',
        'beginner',
        '{"فهم ما يتعلمه النموذج", "قياس جودة النتائج"}'::text[]
    ),
    (
        '00000000-0000-4000-8000-0000000c0004'::uuid,
        'data-drawings',
        'Data drawings',
        'Charts that say one thing well',
        'Not finished yet.',
        'data',
        'en',
        'beginner',
        '{}'::text[]
    ),
    (
        '00000000-0000-4000-8000-0000000c0005'::uuid,
        'python-2',
        'Python 2',
        'Kept for those who began it',
        'Replaced by newer courses.',
        'python',
        'en',
        'beginner',
        '{}'::text[]
    )
) as course (id, slug, title, subtitle, description, category_slug, language, difficulty, outcomes)
inner join content.categories as c on course.category_slug = c.slug
on conflict (id) do nothing;

insert into content.course_tags (course_id, tag_id)
select
    c.id as course_id,
    t.id as tag_id
from (
    values
    ('python-pour-debutants', 'python'),
    ('python-pour-debutants', 'debutant'),
    ('sql-that-holds', 'sql'),
    ('asasiyyat-al-dhaka', 'ai'),
    ('python-2', 'python')
) as tagged (course_slug, tag_slug)
inner join content.courses as c on tagged.course_slug = c.slug
inner join content.tags as t on tagged.tag_slug = t.slug
on conflict (course_id, tag_id) do nothing;

insert into content.modules (id, course_id, module_order, title, is_published)
select
    module.id,
    c.id as course_id,
    module.module_order,
    module.title,
    true as is_published
from (
    values
    ('00000000-0000-4000-8000-000000d00001'::uuid, 'python-pour-debutants', 1, 'Premiers pas'),
    ('00000000-0000-4000-8000-000000d00002'::uuid, 'python-pour-debutants', 2, 'Fonctions'),
    ('00000000-0000-4000-8000-000000d00003'::uuid, 'sql-that-holds', 1, 'Rules in the table'),
    ('00000000-0000-4000-8000-000000d00004'::uuid, 'sql-that-holds', 2, 'Speed'),
    ('00000000-0000-4000-8000-000000d00005'::uuid, 'asasiyyat-al-dhaka', 1, 'البداية'),
    ('00000000-0000-4000-8000-000000d00006'::uuid, 'data-drawings', 1, 'Bars'),
    ('00000000-0000-4000-8000-000000d00007'::uuid, 'python-2', 1, 'Basics')
) as module (id, course_slug, module_order, title)
inner join content.courses as c on module.course_slug = c.slug
on conflict (id) do nothing;

insert into content.lessons (
    id, module_id, lesson_order, title, lesson_type, duration_sec, is_preview, is_published
)
select
    lesson.id,
    lesson.module_id,
    lesson.lesson_order,
    lesson.title,
    lesson.lesson_type,
    lesson.duration_sec,
    lesson.is_preview,
    true as is_published
from (
    values
    (
        '00000000-0000-4000-8000-000000e00001'::uuid,
        '00000000-0000-4000-8000-000000d00001'::uuid,
        1, 'Installer Python', 'video', 420, true
    ),
    (
        '00000000-0000-4000-8000-000000e00002'::uuid,
        '00000000-0000-4000-8000-000000d00001'::uuid,
        2, 'Variables et types', 'article', 600, false
    ),
    (
        '00000000-0000-4000-8000-000000e00003'::uuid,
        '00000000-0000-4000-8000-000000d00002'::uuid,
        1, 'Définir une fonction', 'video', 780, false
    ),
    (
        '00000000-0000-4000-8000-000000e00004'::uuid,
        '00000000-0000-4000-8000-000000d00002'::uuid,
        2, 'Votre programme', 'project', 3600, false
    ),
    (
        '00000000-0000-4000-8000-000000e00005'::uuid,
        '00000000-0000-4000-8000-000000d00003'::uuid,
        1, 'Keys and checks', 'article', 900, true
    ),
    (
        '00000000-0000-4000-8000-000000e00006'::uuid,
        '00000000-0000-4000-8000-000000d00003'::uuid,
        2, 'Transactions', 'video', 1200, false
    ),
    (
        '00000000-0000-4000-8000-000000e00007'::uuid,
        '00000000-0000-4000-8000-000000d00004'::uuid,
        1, 'What an index is for', 'article', 900, false
    ),
    (
        '00000000-0000-4000-8000-000000e00008'::uuid,
        '00000000-0000-4000-8000-000000d00005'::uuid,
        1, 'ما هو النموذج؟', 'video', 540, true
    ),
    (
        '00000000-0000-4000-8000-000000e00009'::uuid,
        '00000000-0000-4000-8000-000000d00005'::uuid,
        2, 'التدريب والقياس', 'article', 720, false
    ),
    (
        '00000000-0000-4000-8000-000000e0000a'::uuid,
        '00000000-0000-4000-8000-000000d00006'::uuid,
        1, 'One bar', 'article', 300, false
    ),
    (
        '00000000-0000-4000-8000-000000e0000b'::uuid,
        '00000000-0000-4000-8000-000000d00007'::uuid,
        1, 'Print', 'article', 300, false
    )
) as lesson (id, module_id, lesson_order, title, lesson_type, duration_sec, is_preview)
on conflict (id) do nothing;

insert into content.lesson_bodies (lesson_id, content, transcript, video_provider, video_id)
select
    l.id as lesson_id,
    jsonb_build_object('text', body.text) as content,
    case l.lesson_type when 'video' then body.text end as transcript,
    case l.lesson_type when 'video' then 'demo' end as video_provider,
    case l.lesson_type when 'video' then 'demo-' || right(l.id::text, 4) end as video_id
from (
    values
    (
        '00000000-0000-4000-8000-000000e00001'::uuid,
        'Téléchargez Python sur python.org, cochez « Add to PATH », ouvrez un terminal et '
        'tapez python --version. Si un numéro s''affiche, tout est prêt.'
    ),
    (
        '00000000-0000-4000-8000-000000e00002'::uuid,
        'Une variable est un nom posé sur une valeur : 3 est un int, 3.0 un float, '
        '''trois'' une str. type(x) dit lequel. Une chaîne ne change pas sur place.'
    ),
    (
        '00000000-0000-4000-8000-000000e00003'::uuid,
        'def carre(x): return x * x. Une fonction reçoit des valeurs et rend un résultat. '
        'Son nom dit ce qu''elle fait.'
    ),
    (
        '00000000-0000-4000-8000-000000e00004'::uuid,
        'Choisissez un petit problème du quotidien : un budget, un minuteur. Dites '
        'd''abord en français ce que fait le programme, puis traduisez ligne par ligne.'
    ),
    (
        '00000000-0000-4000-8000-000000e00005'::uuid,
        'A primary key says which row is meant. A unique constraint stops two equal '
        'emails. A check keeps a price above zero, whatever program writes it.'
    ),
    (
        '00000000-0000-4000-8000-000000e00006'::uuid,
        'A transaction is all or nothing. Until it commits nobody else sees it. Keep it '
        'short: what it locks, others wait for.'
    ),
    (
        '00000000-0000-4000-8000-000000e00007'::uuid,
        'An index is a sorted copy of some columns. It finds few rows among many and '
        'hands them out in order. It costs a little at every write.'
    ),
    (
        '00000000-0000-4000-8000-000000e00008'::uuid,
        'النموذج دالة تتعلم من الأمثلة. نعطيه مدخلات وإجابات صحيحة فيضبط أرقامه حتى تقترب '
        'إجاباته منها.'
    ),
    (
        '00000000-0000-4000-8000-000000e00009'::uuid,
        'نقسم البيانات إلى قسمين: قسم للتدريب وقسم للقياس لا يراه النموذج أثناء التدريب. '
        'الدقة على القسم الثاني هي التي تهم.'
    ),
    (
        '00000000-0000-4000-8000-000000e0000a'::uuid,
        'One bar is one number. Start the axis at zero, sort by size, and write the value '
        'at its end.'
    ),
    (
        '00000000-0000-4000-8000-000000e0000b'::uuid,
        'print(''a'', ''b'', sep=''-'') écrit a-b. Depuis Python 3 print est une '
        'fonction, avec des parenthèses.'
    )
) as body (lesson_id, text)
inner join content.lessons as l on body.lesson_id = l.id
on conflict (lesson_id) do nothing;

insert into content.instructor_profiles (user_id, headline, expertise)
values
(
    '00000000-0000-4000-8000-000000000003', 'Teaches programming and databases', '{Python,SQL}'
)
on conflict (user_id) do nothing;

insert into content.prerequisites (course_id, required_course_id)
values
('00000000-0000-4000-8000-0000000c0003', '00000000-0000-4000-8000-0000000c0001')
on conflict (course_id, lesson_id, required_course_id, required_lesson_id) do nothing;

select content.publish_course(c.id, 'First edition')
from content.courses as c
where
    c.slug in ('python-pour-debutants', 'sql-that-holds', 'asasiyyat-al-dhaka', 'python-2')
    and c.status = 'draft'
order by c.slug;

select content.set_course_status(c.id, 'archived')
from content.courses as c
where c.slug = 'python-2' and c.status = 'published';
