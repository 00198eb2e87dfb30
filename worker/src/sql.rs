//! The catalogue: every statement of the worker, by the name in its tag.
//!
//! A statement outside of it does not exist; a test prepares each against the migrated database, and
//! holds that indexes serve those that look at rows of which there are as many as documents.

use crate::alerts::sql as alerts;
use crate::rescheduling::sql as rescheduling;

/// Every statement.
pub const CATALOGUE: &[&str] = &[
    rescheduling::BEHIND,
    rescheduling::FIND,
    rescheduling::FINISH,
    rescheduling::TAKE,
    rescheduling::SETTLE,
    rescheduling::PUT_OFF,
    rescheduling::BACKLOG,
    alerts::PLACES,
    alerts::FIND,
    alerts::TAKE,
    alerts::SETTLE,
    alerts::PUT_OFF,
    alerts::BACKLOG,
];

/// The name in a statement's tag.
pub fn name_of(statement: &str) -> Option<&str> {
    statement.strip_prefix("/* q:")?.split(' ').next()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::{AssertSqlSafe, Executor, PgPool, SqlStr};

    use super::*;

    #[test]
    fn every_statement_has_a_name_of_its_own() {
        let names: BTreeSet<_> = CATALOGUE.iter().filter_map(|text| name_of(text)).collect();
        assert_eq!(names.len(), CATALOGUE.len());
        assert!(names.iter().all(|name| name.starts_with("worker.")));
    }

    #[tokio::test]
    async fn every_statement_is_understood_by_the_migrated_database() {
        let env = kit::Env::get().await;
        let fresh = env.fresh_migrated("worker_statements").await;
        let pool = fresh.pool().await;
        for text in CATALOGUE {
            let prepared = pool.prepare(SqlStr::from_static(text)).await;
            assert!(prepared.is_ok(), "{:?}: {prepared:?}", name_of(text));
        }
    }

    /// Fifty thousand open documents: a tenth know of every day, the others of those before 40, which
    /// were settled.
    const FILL: &str = "
        create temporary table numbers as select generate_series(1, 50000) as n;
        insert into documents (
            id, number, document_type_id, sender_name, sender_key, sender_kind, subject, folios,
            has_annexes, priority, channel, tags, answer_required, presented_at, filed_on,
            registered_at, registered_by, registry_office_id, tracking_token, status,
            holder_office_id, custody_since, custody_ordinal, remarks, version, last_seq,
            last_activity_at, due_on, deadline_from, deadline_place, calendar_version
        )
        select md5(n::text)::uuid, n::text, md5('t')::uuid, 'Rosa', 'rosa', 'dni', 'Planos', 1,
            false, 0, 'counter', '{}', false, now(), '2026-01-02'::date + n % 300,
            now(), md5('u')::uuid, md5('o')::uuid, n::text,
            case when n % 3 = 0 then 'attended' else 'registered' end,
            md5('o')::uuid, now(), 0, 0, 1, n, now(),
            '2026-02-02'::date + n % 300, '2026-01-02'::date + n % 300,
            case when n % 2 = 0 then '0801' else '' end, case when n % 10 = 0 then 60 else 39 end
        from numbers;
        insert into reschedulings (document_id, version, found_seq, found_at, next_at, settled_at, settled_seq)
        select md5(n::text)::uuid, 30 + k, n, now(), now(), case when n % 100 > 0 then now() end, n
        from numbers, generate_series(1, 4) as k;
        insert into deadline_alerts (document_id, due_on, days_left, found_seq, found_at, next_at, settled_at, settled_seq, given)
        select md5(n::text)::uuid, '2026-02-02'::date + n % 300, k, n, now(), now(), now(), n, true
        from numbers, generate_series(0, 3) as k
        where n % 100 > 0;
        analyze documents, reschedulings, deadline_alerts;";

    async fn plan(pool: &PgPool, statement: &str, values: &str) -> String {
        let mut connection = pool.acquire().await.unwrap();
        let text = format!("prepare p as {statement}; set plan_cache_mode = force_custom_plan");
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut *connection)
            .await
            .unwrap();
        let values = (!values.is_empty()).then(|| format!("({values})"));
        let text = format!("explain execute p{}", values.unwrap_or_default());
        let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(text))
            .persistent(false)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        sqlx::raw_sql("deallocate p")
            .execute(&mut *connection)
            .await
            .unwrap();
        lines.join("\n")
    }

    #[tokio::test]
    async fn t2_what_is_behind_is_found_by_an_index_among_fifty_thousand_documents() {
        let env = kit::Env::get().await;
        let fresh = env.fresh_migrated("worker_plans").await;
        let pool = fresh.pool().await;
        sqlx::raw_sql(FILL).execute(&pool).await.unwrap();
        let change = "array[41, 42], array['2026-06-24', '2026-07-28']::date[], array['0800', ''], array['0899', '9999']";
        let found = "41, '2026-06-24', '0800', '0899', now(), 5000";
        let near = "array['', '0801'], array[2, 3]::smallint[], array['2026-06-24', '2026-06-25']::date[], array['2026-06-24', '2026-06-25']::date[], now(), 5000";
        for (statement, values, index) in [
            (rescheduling::BEHIND, change, "documents_behind"),
            (rescheduling::FIND, found, "documents_behind"),
            (rescheduling::TAKE, "now(), 64", "reschedulings_open"),
            (alerts::PLACES, "", "documents_ends"),
            (alerts::FIND, near, "documents_ends"),
            (alerts::TAKE, "now(), 64", "deadline_alerts_open"),
        ] {
            let plan = plan(&pool, statement, values).await;
            assert!(plan.contains(index), "{:?}\n{plan}", name_of(statement));
            for table in ["documents", "reschedulings", "deadline_alerts"] {
                let whole = format!("Seq Scan on {table}");
                assert!(!plan.contains(&whole), "{:?}\n{plan}", name_of(statement));
            }
        }
        pool.close().await;
    }
}
