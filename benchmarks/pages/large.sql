-- Statements that lay a large install on PostgreSQL, in their order; $NAMES stand for what is defined first.
-- k is the number of a timebank, i that of a thing in it. A receiver is never the provider.

-- $FIRST = ARRAY['Ana','Ben','Cléo','Dafydd','Edna','Farida','George','Hannah','Ioana','José','Kwame','Lakshmi','Mei','Ngozi','Olena','Parveen','Ruth','Siân','Tomasz','Zoë']
-- $LAST = ARRAY['Adeyemi','Bell','Chan','Demir','Entwistle','Fenwick','Gill','Horváth','Iqbal','Jones','Kaya','Lambert','Murray','Nguyễn','Okafor','Popescu','Rees','Stewart','Tesfaye','Yusuf','Abbott','Brady','Clarke','Dowd','Evans','Ferreira','Griffiths','Hassan','Ionescu','Karimi','Lewis','Moyo','Novak','Ormerod','Patel','Rahman','Sutcliffe','Tehrani','Walcott','Young']
-- $TITLES = ARRAY['A lift to the clinic','Mowing the lawn','Help with a new phone','Tea and a chat','Company on a walk','Putting up shelves','English conversation','Feeding the cat','A pot of soup','Guitar for beginners','Filling in a form','Walking the dog','Reading aloud','Mending a bike','Gentle exercises','Help with maths','Planting bulbs','A cake for a birthday','Sorting old papers','Taking in a skirt']
-- $MEMBER = (:least + k * :members + i)
-- $TOWN = (SELECT t.id AS timebank_id, t.book_id, row_number() OVER (ORDER BY t.id) - 1 AS k, c.kind, c.kinds FROM timebank t JOIN (SELECT timebank_id, min(id) AS kind, count(*) AS kinds FROM category GROUP BY timebank_id) c ON c.timebank_id = t.id) town
-- $EACH_MEMBER = $TOWN CROSS JOIN generate_series(0, :members - 1) AS i WHERE k < :towns
-- $PROVIDER = (:least + k * :members + (i * 7919) % :members)
-- $RECEIVER = (:least + k * :members + ((i * 7919) % :members + 1 + (i * 31) % (:members - 1)) % :members)
-- $EXCHANGE = (:least * 10 + k * :exchanges + i)
-- $EACH_EXCHANGE = $TOWN CROSS JOIN generate_series(0, :exchanges - 1) AS i WHERE k < :towns
-- $LAST_WEEK = ((:exchanges - 1 - i) * 100 < :exchanges)
-- $OPEN = (ARRAY['proposed','proposed','agreed','agreed','recorded','recorded','confirmed'])[1 + i % 10]
-- $GONE_QUIET = (ARRAY['proposed','recorded'])[1 + i / 2000 % 2]
-- $STATE = CASE WHEN $LAST_WEEK AND i % 10 < 7 THEN $OPEN WHEN i % 2000 = 7 THEN 'disputed' WHEN i % 2000 = 8 THEN $GONE_QUIET WHEN i % 1000 BETWEEN 12 AND 29 THEN 'declined' ELSE 'approved' END
-- $AGO = make_interval(days => CAST(730 - i * 730 / :exchanges AS INT), mins => CAST(i % 600 AS INT))
-- $MOMENT = (CAST(:now AS TIMESTAMPTZ) - $AGO)
-- $DAY = CAST($MOMENT - INTERVAL '1 day' AS DATE)
-- $MINUTES = (5 * (3 + i % 40))
-- $KIND = town.kind
-- $KINDS = town.kinds
-- $LISTING = (:least * 10 + k * :listings + i)
-- $EACH_LISTING = $TOWN CROSS JOIN generate_series(0, :listings - 1) AS i WHERE k < :towns
-- $TITLE = ($TITLES)[1 + i % 20]
-- $HAND = (k * :members + :least)
-- $LOGO = (:least * 10 + k)
-- $WAITS = (:least * 10 + :towns * :exchanges + k * 10 + i)

INSERT INTO person (id, name, email, email_folded, phone)
SELECT $MEMBER, ($FIRST)[1 + i % 20] || ' ' || ($LAST)[1 + (i / 20) % 40],
    CASE WHEN i % 7 <> 6 THEN 'm' || k || '.' || i || '@example.org' END,
    CASE WHEN i % 7 <> 6 THEN 'm' || k || '.' || i || '@example.org' END, '01632 960 ' || lpad(CAST(i AS TEXT), 3, '0')
FROM $EACH_MEMBER;

INSERT INTO account (id, book_id, kind, credit_limit_minutes)
SELECT $MEMBER, book_id, 'member', 600000 FROM $EACH_MEMBER;

INSERT INTO account_change (account_id, kind, before_minutes, after_minutes, at, reason)
SELECT $MEMBER, 'limit', NULL, 600000, CAST(:now AS TIMESTAMPTZ) - INTERVAL '3 years', 'As the account was opened.'
FROM $EACH_MEMBER;

UPDATE account SET last_change_id = c.id FROM account_change c WHERE c.account_id = account.id AND account.kind = 'member';

INSERT INTO membership (id, timebank_id, person_id, number, status, joined_on, account_id, pace, paused_until, left_on,
    left_because, merged_into_id)
SELECT $MEMBER, timebank_id, $MEMBER, 100 + i,
    CASE WHEN i % 50 = 49 THEN 'left' WHEN i % 50 = 48 THEN 'paused' ELSE 'active' END,
    CAST(:today AS DATE) - CAST(740 + i % 700 AS INT), $MEMBER,
    CASE WHEN i % 7 = 6 THEN 'by phone' WHEN i % 7 = 3 THEN 'weekly' ELSE 'at once' END,
    CASE WHEN i % 50 = 48 THEN CAST(:today AS DATE) + CASE WHEN i % 500 = 48 THEN -2 ELSE 30 END END,
    CASE WHEN i % 50 = 49 THEN CAST(:today AS DATE) - 40 END,
    CASE WHEN i % 200 = 199 THEN 'merged' WHEN i % 50 = 49 THEN 'left' END,
    CASE WHEN i % 200 = 199 THEN $MEMBER - 9 END
FROM $EACH_MEMBER;

INSERT INTO given_role (membership_id, role) SELECT $MEMBER, 'member' FROM $EACH_MEMBER;

INSERT INTO picture (id, timebank_id, membership_id, media_type, content, width, height, at)
SELECT $MEMBER, timebank_id, $MEMBER, 'image/webp', convert_to(repeat('laid', 5000), 'UTF8'), 640, 480, :now
FROM $EACH_MEMBER AND i % 3 = 0;

INSERT INTO picture (id, timebank_id, media_type, content, width, height, at)
SELECT $LOGO, timebank_id, 'image/webp', convert_to(repeat('laid', 2500), 'UTF8'), 320, 320, :now FROM $TOWN WHERE k < :towns;

INSERT INTO profile (membership_id, about, district, languages, picture_id)
SELECT $MEMBER, 'I like company.', (ARRAY['Old Town','Quayside','Mill Lane','Station Road'])[1 + i % 4], 'English',
    CASE WHEN i % 3 = 0 THEN $MEMBER END
FROM $EACH_MEMBER;

INSERT INTO field_readers (membership_id, field, readers)
SELECT $MEMBER, w, 'members' FROM $TOWN CROSS JOIN generate_series(0, :members - 1) AS i
    CROSS JOIN LATERAL (SELECT unnest(ARRAY['phone','times']) AS w) field
WHERE k < :towns AND i % 4 = 0;

INSERT INTO letter_stop (membership_id, kind) SELECT $MEMBER, 'match' FROM $EACH_MEMBER AND i % 5 = 0;

INSERT INTO availability (membership_id, weekday, part)
SELECT $MEMBER, (i + d) % 7, (ARRAY['morning','afternoon','evening'])[1 + (i + d) % 3]
FROM $TOWN CROSS JOIN generate_series(0, :members - 1) AS i CROSS JOIN generate_series(0, 2) AS d WHERE k < :towns;

INSERT INTO asset (membership_id, kind, title, note, folded, category_id, created_at)
SELECT $MEMBER, (ARRAY['skill','knowledge','thing','connection'])[1 + (i + d) % 4], ($TITLES)[1 + (i + d * 7) % 20], '',
    lower(($TITLES)[1 + (i + d * 7) % 20]), $KIND + (i + d) % $KINDS, :now
FROM $TOWN CROSS JOIN generate_series(0, :members - 1) AS i CROSS JOIN generate_series(0, 2) AS d WHERE k < :towns;

INSERT INTO need (membership_id, title, category_id, created_at)
SELECT $MEMBER, $TITLE, $KIND + (i * 5) % $KINDS, :now FROM $EACH_MEMBER;

INSERT INTO listing (id, timebank_id, membership_id, kind, title, description, category_id, place, times, folded,
    created_at, closed_at, expires_on, place_folded, picture_id, capacity)
SELECT $LISTING, timebank_id, :least + k * :members + i % :members,
    CASE WHEN i % 3 = 0 THEN 'request' ELSE 'offer' END, $TITLE || ' ' || i, 'As we agree, near the river.',
    $KIND + i % $KINDS, 'Old Town', 'mornings', lower($TITLE) || ' ' || i || ' as we agree, near the river. old town mornings',
    CAST(:now AS TIMESTAMPTZ) - make_interval(hours => CAST((:listings - i) % 4000 AS INT)),
    CASE WHEN i % 5 = 4 THEN CAST(:now AS TIMESTAMPTZ) END, CAST(:today AS DATE) + CAST(15 + i % 165 AS INT),
    'old town', CASE WHEN i % 12 = 0 AND i % :members % 3 = 0 THEN :least + k * :members + i % :members END,
    CASE WHEN i % 25 = 0 THEN 8 END
FROM $EACH_LISTING;

INSERT INTO listing_tag (listing_id, folded, word)
SELECT $LISTING, w, w FROM $TOWN CROSS JOIN generate_series(0, :listings - 1) AS i
    CROSS JOIN LATERAL (SELECT (ARRAY['quick','regular','outdoors','at-home','saturdays'])[1 + i % 5] AS w) tag
WHERE k < :towns AND i % 2 = 0;

INSERT INTO listing_time (listing_id, weekday, part)
SELECT $LISTING, i % 7, (ARRAY['morning','afternoon','evening'])[1 + i % 3] FROM $EACH_LISTING;

INSERT INTO board_word (timebank_id, word)
SELECT DISTINCT timebank_id, w FROM $TOWN CROSS JOIN generate_series(0, 19) AS i
    CROSS JOIN LATERAL regexp_split_to_table(lower($TITLE), ' ') AS w
WHERE k < :towns ON CONFLICT DO NOTHING;

INSERT INTO transfer (id, book_id, reference, kind, payer_id, payee_id, minutes, occurred_on, posted_at, reason)
SELECT $EXCHANGE, book_id, 'exchange:' || $EXCHANGE, 'exchange', $RECEIVER, $PROVIDER, $MINUTES, $DAY, $MOMENT, ''
FROM $EACH_EXCHANGE AND $STATE = 'approved';

UPDATE account SET given_minutes = sums.given, received_minutes = sums.received, last_transfer_id = sums.last_id
FROM (
    SELECT account_id, SUM(given) AS given, SUM(received) AS received, MAX(id) AS last_id
    FROM (
        SELECT payee_id AS account_id, minutes AS given, 0 AS received, id FROM transfer
        UNION ALL SELECT payer_id, 0, minutes, id FROM transfer
    ) AS sides GROUP BY account_id
) AS sums
WHERE account.id = sums.account_id;

INSERT INTO contribution (id, timebank_id, reference, giver_id, capacity, receiver_id, minutes, served_on, category_id,
    stage, note, entered_by_id, confirmed_by_id, approved_at, transfer_id, reversal_reason)
SELECT $EXCHANGE, timebank_id, 'exchange:' || $EXCHANGE, $PROVIDER, 'member', $RECEIVER, $MINUTES, $DAY,
    $KIND + i % $KINDS, 'deliver', $TITLE, $PROVIDER, $RECEIVER, $MOMENT, $EXCHANGE, ''
FROM $EACH_EXCHANGE AND $STATE = 'approved';

INSERT INTO exchange (id, timebank_id, reference, provider_id, receiver_id, told_by_id, category_id, title, note, capacity,
    stage, state, proposed_minutes, minutes, other_minutes, served_on, created_at, recorded_by_id, confirmed_by_id, moved_at,
    contribution_id)
SELECT $EXCHANGE, timebank_id, 'laid:' || $EXCHANGE, $PROVIDER, $RECEIVER, $PROVIDER, $KIND + i % $KINDS,
    $TITLE, '', 'member', 'deliver', $STATE, $MINUTES,
    CASE WHEN $STATE NOT IN ('proposed', 'agreed', 'declined') THEN $MINUTES END,
    CASE WHEN $STATE = 'disputed' THEN 30 END, $DAY, $MOMENT, $PROVIDER,
    CASE WHEN $STATE IN ('confirmed', 'approved') THEN $RECEIVER END, $MOMENT,
    CASE WHEN $STATE = 'approved' THEN $EXCHANGE END
FROM $EACH_EXCHANGE;

INSERT INTO exchange (id, timebank_id, reference, provider_id, receiver_id, told_by_id, category_id, title, note, capacity,
    stage, state, proposed_minutes, minutes, other_minutes, served_on, created_at, recorded_by_id, confirmed_by_id, moved_at)
SELECT $WAITS, timebank_id, 'waits:' || i, $HAND, $HAND + 2 + 2 * i, $HAND + CASE WHEN i IN (2, 6, 7) THEN 0 ELSE 2 + 2 * i END,
    $KIND, $TITLE, '', 'member', 'deliver',
    (ARRAY['proposed','agreed','recorded','recorded','confirmed','disputed','recorded','proposed'])[1 + i], 60,
    CASE WHEN i BETWEEN 2 AND 6 THEN 60 END, CASE WHEN i = 5 THEN 30 END, CASE WHEN i BETWEEN 2 AND 6 THEN CAST(:today AS DATE) - 1 END, :now, $HAND,
    CASE WHEN i = 4 THEN $HAND + 10 END, :now
FROM $TOWN CROSS JOIN generate_series(0, 7) AS i WHERE k < :towns;

INSERT INTO exchange_step (exchange_id, step, by_id, at, note, minutes_before, minutes_after)
SELECT $EXCHANGE, (ARRAY['record','confirm','approve'])[1 + d], CASE d WHEN 1 THEN $RECEIVER ELSE $PROVIDER END,
    $MOMENT, '', $MINUTES, $MINUTES
FROM $TOWN CROSS JOIN generate_series(0, :exchanges - 1) AS i CROSS JOIN generate_series(0, 2) AS d
WHERE k < :towns AND ($STATE = 'approved' OR d = 0);

INSERT INTO message (exchange_id, membership_id, by_id, key, text, at)
SELECT $EXCHANGE, $PROVIDER, $PROVIDER, 'laid:' || d, 'Shall we say ten o’clock?', $MOMENT
FROM $TOWN CROSS JOIN generate_series(0, :exchanges - 1) AS i CROSS JOIN generate_series(0, 1) AS d
WHERE k < :towns AND i % 10 = 0;

INSERT INTO thanks (timebank_id, exchange_id, membership_id, word, may_quote, satisfaction, at, by_id)
SELECT timebank_id, $EXCHANGE, $RECEIVER, 'Thank you, that was a great help.', i % 2 = 0, 1 + i % 5, $MOMENT, $RECEIVER
FROM $EACH_EXCHANGE AND i % 5 = 0;

INSERT INTO audit_line (timebank_id, at, by_id, about_id, deed, told)
SELECT timebank_id, $MOMENT, $PROVIDER, $RECEIVER, 'approved', '{"minutes": 60}'
FROM $EACH_EXCHANGE AND i % 2 = 0;

INSERT INTO notice (timebank_id, membership_id, email, kind, key, told, at, state, due_at, tries, last_error)
SELECT timebank_id, $RECEIVER, '', 'to confirm', 'laid:' || $EXCHANGE, '{}', $MOMENT, 'sent', $MOMENT, 1, ''
FROM $EACH_EXCHANGE AND i % 2 = 0;

INSERT INTO vetting (membership_id, kind, note, seen_on, expires_on, at)
SELECT $MEMBER, 'background', '', CAST(:today AS DATE) - 700, CAST(:today AS DATE) + CAST(i AS INT), :now
FROM $EACH_MEMBER AND i % 10 = 2;

INSERT INTO application (timebank_id, key, state, name, email, phone, district, good_at, would_help, heard_from, at)
SELECT timebank_id, 'laid:' || i, 'open', 'Newcomer ' || i, 'new' || i || '@example.org', '', '', 'Baking', '', '', :now
FROM $EACH_MEMBER AND i < 30;

INSERT INTO application (timebank_id, key, state, name, email, phone, district, good_at, would_help, heard_from, at,
    decided_at, membership_id)
SELECT timebank_id, 'welcomed:' || i, 'welcomed', '', '', '', '', '', '', '', :now, :now, $MEMBER
FROM $EACH_MEMBER AND i % 2 = 0;

INSERT INTO invitation (timebank_id, code, name, by_id, at, last_day)
SELECT timebank_id, 'laid-' || k || '-' || lpad(CAST(i AS TEXT), 5, '0'), 'A neighbour', $MEMBER, :now,
    CAST(:today AS DATE) + 60
FROM $EACH_MEMBER AND i % 20 = 0;

INSERT INTO terms (timebank_id, version, text, at)
SELECT timebank_id, v, repeat('Be kind. ', 100 * v), :now FROM $TOWN CROSS JOIN generate_series(1, 2) AS v WHERE k < :towns;

INSERT INTO terms_accepted (membership_id, terms_id, at)
SELECT membership.id, terms.id, :now FROM membership JOIN terms ON terms.timebank_id = membership.timebank_id;

INSERT INTO supporter (membership_id, supporter_id, asked_at, asked_by_id, member_agreed_at, supporter_agreed_at, on_paper,
    last_day)
SELECT $MEMBER, $MEMBER + 1, :now, $MEMBER, :now, :now, FALSE, CAST(:today AS DATE) + 200
FROM $EACH_MEMBER AND i % 25 = 0;

INSERT INTO block (membership_id, blocked_id, at)
SELECT $MEMBER, $MEMBER + 3, :now FROM $EACH_MEMBER AND i % 50 = 0;

INSERT INTO concern (timebank_id, by_id, about_id, text, at, closed_at, outcome)
SELECT timebank_id, $MEMBER, $MEMBER + 3, 'They came late, and did not say why.',
    CAST(:now AS TIMESTAMPTZ) - make_interval(days => CAST(i % 300 AS INT)),
    CASE WHEN i >= 10 THEN CAST(:now AS TIMESTAMPTZ) END, CASE WHEN i >= 10 THEN 'We talked to both.' ELSE '' END
FROM $EACH_MEMBER AND i < :members - 3 AND (i < 10 OR i % 10 = 0);

INSERT INTO notice (timebank_id, membership_id, email, kind, key, told, at, state, due_at, tries, last_error)
SELECT timebank_id, $MEMBER, '', 'thanks', 'phone:' || $MEMBER,
    '{"exchange_id": ' || $WAITS || ', "other": "Ana Bell", "title": "Tea and a chat", "word": "Thank you."}',
    :now, 'phone', :now, 0, ''
FROM $EACH_MEMBER AND i % 70 = 6;

INSERT INTO safeguarding_note (membership_id, text, at) SELECT $MEMBER, 'We keep in touch.', :now
FROM $TOWN CROSS JOIN generate_series(0, :members - 1) AS i CROSS JOIN generate_series(0, 4) AS d
WHERE k < :towns AND i % 100 = 2;

INSERT INTO organisation (id, name) SELECT :least + k, 'Clinic of town ' || k FROM $TOWN WHERE k < :towns;

INSERT INTO project (timebank_id, name, purpose) SELECT timebank_id, ($TITLES)[1 + i] || ' together', ''
FROM $TOWN CROSS JOIN generate_series(0, 19) AS i WHERE k < :towns;

UPDATE membership SET works_for_id = :least + k FROM $TOWN WHERE k < :towns
    AND membership.id IN ($HAND + 20, $HAND + 21);

INSERT INTO contribution (timebank_id, reference, giver_id, capacity, organisation_id, minutes, served_on, category_id, stage,
    note, approved_at, reversal_reason)
SELECT timebank_id, 'paid:' || i, $HAND + 20 + i % 2, 'professional', :least + k, 120,
    CAST(:today AS DATE) - CAST(1 + i % 700 AS INT), $KIND, 'deliver', '', :now, ''
FROM $TOWN CROSS JOIN generate_series(0, 999) AS i WHERE k < :towns;

INSERT INTO look (timebank_id, accent, logo_id) SELECT timebank_id, '#3b5bdb', $LOGO FROM $TOWN WHERE k < :towns;

INSERT INTO password_link (digest, person_id, expires_at)
VALUES (encode(sha256('laid'), 'hex'), :least + 5, CAST(:now AS TIMESTAMPTZ) + INTERVAL '10 days');
