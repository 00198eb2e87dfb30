//! The statements: the places there are, what is to be said, what is taken, what is settled.

/// The places of open deadlines, one step of the index each.
pub const PLACES: &str = "/* q:worker.alerts.places */
    with recursive places as (
        (
            select d.deadline_place
            from documents d
            where d.due_on is not null
            and d.status in ('registered', 'in_process')
            order by d.deadline_place
            limit 1
        )
        union all
        select (
            select d.deadline_place
            from documents d
            where d.due_on is not null
            and d.status in ('registered', 'in_process')
            and d.deadline_place > p.deadline_place
            order by d.deadline_place
            limit 1
        )
        from places p
        where p.deadline_place is not null
    )
    select deadline_place
    from places
    where deadline_place is not null";

/// Writes down some of what is to be said; gives how many. What was said already, or something nearer,
/// is passed over; so is what was not to be said, until something happens to the document.
pub const FIND: &str = "/* q:worker.alerts.find */
    with found as (
        insert into deadline_alerts (document_id, due_on, days_left, found_seq, found_at, next_at)
        select d.id, d.due_on, s.days_left, d.last_seq, $5, $5
        from unnest($1::text[], $2::smallint[], $3::date[], $4::date[])
            as s (place, days_left, first_on, last_on)
        join documents d
            on d.deadline_place = s.place
            and d.due_on between s.first_on and s.last_on
        where d.due_on is not null
        and d.status in ('registered', 'in_process')
        and not exists (
            select
            from deadline_alerts a
            where a.document_id = d.id
            and a.due_on = d.due_on
            and a.days_left <= s.days_left
            and (a.given or a.settled_seq is null or a.settled_seq >= d.last_seq)
        )
        order by d.id
        limit $6
        on conflict (document_id, due_on, days_left) do update
        set found_seq = excluded.found_seq,
            found_at = excluded.found_at,
            next_at = excluded.next_at,
            tries = 0,
            trouble = null,
            settled_at = null,
            settled_seq = null
        where not deadline_alerts.given
        and deadline_alerts.settled_seq < excluded.found_seq
        returning 1
    )
    select count(*) from found";

/// Takes some of what is to be said, and holds it until the end of the transaction.
pub const TAKE: &str = "/* q:worker.alerts.take */
    select document_id, due_on, days_left, found_seq, tries
    from deadline_alerts
    where settled_at is null
    and next_at <= $1
    order by next_at, document_id, due_on, days_left
    limit $2
    for update skip locked";

/// Settles what was answered.
pub const SETTLE: &str = "/* q:worker.alerts.settle */
    update deadline_alerts w
    set settled_at = $6, settled_seq = a.sequence, given = a.given, trouble = null
    from unnest($1::uuid[], $2::date[], $3::smallint[], $4::bigint[], $5::boolean[])
        as a (document_id, due_on, days_left, sequence, given)
    where w.document_id = a.document_id
    and w.due_on = a.due_on
    and w.days_left = a.days_left";

/// Leaves one for later, and says why.
pub const PUT_OFF: &str = "/* q:worker.alerts.put_off */
    update deadline_alerts
    set tries = tries + 1, next_at = $4, trouble = $5
    where document_id = $1
    and due_on = $2
    and days_left = $3";

/// How much is to be said.
pub const BACKLOG: &str = "/* q:worker.alerts.backlog */
    select count(*)
    from deadline_alerts
    where settled_at is null";
