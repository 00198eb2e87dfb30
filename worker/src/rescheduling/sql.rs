//! The statements: what is behind, what is taken, what is settled.

/// Which of these changes touch an open deadline that is not known to be taken care of. A row whose
/// deadline was settled, and which is no newer than that, is only late.
pub const BEHIND: &str = "/* q:worker.rescheduling.behind */
    select c.version
    from unnest($1::bigint[], $2::date[], $3::text[], $4::text[])
        as c (version, day, first_place, last_place)
    where exists (
        select
        from documents d
        where d.calendar_version < c.version
        and d.due_on >= c.day
        and d.deadline_from < c.day
        and d.deadline_place between c.first_place and c.last_place
        and d.calendar_version is not null
        and d.status in ('registered', 'in_process')
        and not exists (
            select
            from reschedulings w
            where w.document_id = d.id
            and w.version = c.version
            and (w.settled_seq is null or w.settled_seq >= d.last_seq)
        )
    )
    order by c.version";

/// Writes down some of the deadlines that one change touches, and counts them; gives how many.
/// The order is always the same, so that two workers do not wait for each other in a circle.
pub const FIND: &str = "/* q:worker.rescheduling.find */
    with touched as (
        select d.id, d.last_seq
        from documents d
        where d.calendar_version < $1
        and d.due_on >= $2
        and d.deadline_from < $2
        and d.deadline_place between $3 and $4
        and d.calendar_version is not null
        and d.status in ('registered', 'in_process')
        and not exists (
            select
            from reschedulings w
            where w.document_id = d.id
            and w.version = $1
            and (w.settled_seq is null or w.settled_seq >= d.last_seq)
        )
        order by d.calendar_version, d.due_on, d.deadline_from, d.deadline_place, d.id
        limit $6
    ),
    found as (
        insert into reschedulings (document_id, version, found_seq, found_at, next_at)
        select id, $1, last_seq, $5, $5
        from touched
        on conflict (document_id, version) do update
        set found_seq = excluded.found_seq,
            found_at = excluded.found_at,
            next_at = excluded.next_at,
            tries = 0,
            trouble = null,
            settled_at = null,
            settled_seq = null,
            rescheduled = false
        where reschedulings.settled_seq < excluded.found_seq
        returning 1
    ),
    counted as (
        insert into calendar_progress (version, touched, settled, rescheduled)
        select $1, n, 0, 0
        from (select count(*) as n from found) as f
        where n > 0
        on conflict (version) do update
        set touched = calendar_progress.touched + excluded.touched, finished_at = null
    )
    select count(*) from found";

/// Says of each of these changes that nothing is left of it, where that is so.
pub const FINISH: &str = "/* q:worker.rescheduling.finish */
    insert into calendar_progress (version, touched, settled, rescheduled, finished_at)
    select c.version, 0, 0, 0, $2
    from unnest($1::bigint[]) as c (version)
    where not exists (
        select
        from calendar_progress p
        where p.version = c.version
        and (p.finished_at is not null or p.settled < p.touched)
    )
    order by c.version
    on conflict (version) do update
    set finished_at = excluded.finished_at
    where calendar_progress.finished_at is null
    and calendar_progress.settled = calendar_progress.touched";

/// Takes some of what is to be done, and holds it until the end of the transaction. The oldest change
/// of a document stands for all of them: one command settles them together.
pub const TAKE: &str = "/* q:worker.rescheduling.take */
    select w.document_id, w.version, w.found_seq, w.tries
    from reschedulings w
    where w.settled_at is null
    and w.next_at <= $1
    and not exists (
        select
        from reschedulings o
        where o.document_id = w.document_id
        and o.version < w.version
        and o.settled_at is null
    )
    order by w.next_at, w.document_id, w.version
    limit $2
    for update of w skip locked";

/// Settles what the answers settle, and counts it.
pub const SETTLE: &str = "/* q:worker.rescheduling.settle */
    with answers as (
        select *
        from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[])
            as a (document_id, calendar, sequence, rescheduled)
    ),
    settled as (
        update reschedulings w
        set settled_at = $5, settled_seq = a.sequence, rescheduled = a.rescheduled, trouble = null
        from answers a
        where w.document_id = a.document_id
        and w.version <= a.calendar
        and w.settled_at is null
        returning w.version, w.rescheduled
    ),
    sums as (
        select version, count(*) as n, count(*) filter (where rescheduled) as events
        from settled
        group by version
    )
    update calendar_progress p
    set settled = p.settled + s.n, rescheduled = p.rescheduled + s.events
    from sums s
    where p.version = s.version";

/// Leaves one for later, and says why.
pub const PUT_OFF: &str = "/* q:worker.rescheduling.put_off */
    update reschedulings
    set tries = tries + 1, next_at = $3, trouble = $4
    where document_id = $1
    and version = $2";

/// How much is to be done.
pub const BACKLOG: &str = "/* q:worker.rescheduling.backlog */
    select coalesce(sum(touched - settled), 0)::bigint
    from calendar_progress";
