//! Lists of one organisation that has a million messages and a hundred thousand contacts, among others.

use secrecy::ExposeSecret;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use switchboard_domain::calls::{CallFilter, CallState, Direction};
use switchboard_domain::customers::{CustomerFilter, CustomerKind};
use switchboard_domain::messages::{ConversationFilter, MessageFilter};
use switchboard_domain::ports::Store;
use switchboard_domain::testing::fixtures::{Planted, plant};
use switchboard_persistence::testing::{TestDatabase, lists};

const CONVERSATIONS: i64 = 100_000;
const MESSAGES_EACH: i64 = 10;

/// Gives an organisation so many contacts, each with a call and a conversation of [`MESSAGES_EACH`] messages, as if they had come
/// in one after the other, and as many leads. One call in ten went out; the last one still rings. What the database does by itself for each row is done for all at once.
async fn furnish(behind: &mut PgConnection, org: &Planted, conversations: i64) {
    let (id, agent) = (org.scope.org(), org.agent.id);
    let statements = format!(
        "set session_replication_role = replica;
         insert into tenant.customers (org_id, id, kind, first_name, last_name, phone, phone_e164, status, last_key, name_key,
             created_at, updated_at)
         select '{id}', md5('p' || n)::uuid, 'contact', 'First' || n, 'Last' || n, '+1647' || lpad(n::text, 7, '0'),
             '+1647' || lpad(n::text, 7, '0'), 'active', 'last' || n, 'first' || n || ' last' || n,
             timestamptz '2026-01-01' + n * interval '1 s', '2026-01-01'
         from generate_series(1, {conversations}) n;
         insert into tenant.customers (org_id, id, kind, first_name, last_name, status, priority, last_key, name_key, created_at,
             updated_at)
         select '{id}', md5('e' || n)::uuid, 'lead', 'Lead' || n, 'Last' || n, 'new', 'medium', 'last' || n,
             'lead' || n || ' last' || n, timestamptz '2026-01-01' + n * interval '1 s', '2026-01-01'
         from generate_series(1, {conversations}) n;
         insert into tenant.conversations (org_id, id, peer, phone_e164, assigned_to, message_count, inbound_count, last_at,
             last_number)
         select '{id}', md5('c' || n)::uuid, '+1647' || lpad(n::text, 7, '0'), '+1647' || lpad(n::text, 7, '0'),
             case when n % 10 = 0 then '{agent}'::uuid end, {MESSAGES_EACH}, {MESSAGES_EACH} / 2,
             timestamptz '2026-02-01' + n * interval '1 s', '+14155550123'
         from generate_series(1, {conversations}) n;
         insert into tenant.messages (org_id, id, message_sid, direction, channel, from_number, to_number, body, segment_count,
             media_urls, customer_id, created_at, version, conversation_id, position, status, updated_at, tries)
         select '{id}', md5('m' || n || '.' || p)::uuid, 'SM' || md5('m' || n || '.' || p),
             case when p % 2 = 1 then 'inbound' else 'outbound' end, 'sms', '+1647' || lpad(n::text, 7, '0'), '+14155550123',
             'message ' || p, 1, '{{}}', md5('p' || n)::uuid,
             timestamptz '2026-01-01' + (p * {conversations} + n) * interval '1 s', 0, md5('c' || n)::uuid, p, 'received',
             '2026-01-01', 0
         from generate_series(1, {conversations}) n, generate_series(1, {MESSAGES_EACH}) p;
         insert into tenant.calls (org_id, id, call_sid, direction, from_number, to_number, customer_id, state, round, legs, status,
             started_at, updated_at, version, is_on_hold, awaits_recording)
         select '{id}', md5('l' || n)::uuid, 'CA' || md5('l' || n), direction,
             case direction when 'inbound' then '+1647' || lpad(n::text, 7, '0') else '+14155550123' end,
             case direction when 'inbound' then '+14155550123' else '+1647' || lpad(n::text, 7, '0') end,
             md5('p' || n)::uuid, case n when {conversations} then 'ringing' else 'ended' end, 1, '[]', 'completed',
             timestamptz '2026-01-01' + n * interval '1 s', '2026-01-01', 0, false, false
         from generate_series(1, {conversations}) n,
             lateral (select case when n % 10 = 1 then 'outbound' else 'inbound' end as direction) went;
         insert into tenant.counts (org_id, what, total)
         select '{id}'::uuid, 'messages.' || direction, count(*) from tenant.messages where org_id = '{id}' group by direction
         union all
         select '{id}', 'calls.' || direction, count(*) from tenant.calls where org_id = '{id}' group by direction
         union all
         select '{id}', what, {conversations} from unnest('{{contacts,leads,conversations}}'::text[]) what"
    );
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(behind).await.expect("furnish");
}

/// A statement with its parameters, as SQL has them.
struct Question {
    what: &'static str,
    sql: &'static str,
    parameters: String,
}

fn question(what: &'static str, sql: &'static str, parameters: impl Into<String>) -> Question {
    Question { what, sql, parameters: parameters.into() }
}

/// What PostgreSQL did for it: the plan, with what it read.
async fn explain(app: &mut PgConnection, question: &Question) -> Value {
    let Question { what, sql, parameters } = question;
    let prepare = format!("prepare asked as {sql}");
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *app).await.expect(what);
    let explain = format!("explain (analyze, buffers, format json) execute asked ({parameters})");
    let plan: Value =
        sqlx::query_scalar(AssertSqlSafe(explain)).persistent(false).fetch_one(&mut *app).await.expect(what);
    sqlx::raw_sql("deallocate asked").execute(&mut *app).await.expect(what);
    plan[0]["Plan"].clone()
}

/// The tables that are read from one end to the other.
fn scanned_whole(plan: &Value) -> Vec<&str> {
    let here = (plan["Node Type"] == "Seq Scan").then(|| plan["Relation Name"].as_str().unwrap_or_default());
    let below = plan["Plans"].as_array().into_iter().flatten().flat_map(scanned_whole);
    here.into_iter().chain(below).collect()
}

/// How many pages of tables and indexes were looked at.
fn pages_read(plan: &Value) -> i64 {
    ["Shared Hit Blocks", "Shared Read Blocks"]
        .map(|blocks| plan[blocks].as_i64().unwrap_or_default())
        .iter()
        .sum()
}

/// How many rows of long tables were looked at, those that were passed over too.
fn rows_read(plan: &Value) -> f64 {
    let number = |what: &str| plan[what].as_f64().unwrap_or_default();
    let here = match plan["Relation Name"].as_str() {
        Some(table) if is_long(&[table]) => {
            number("Actual Loops")
                * (number("Actual Rows")
                    + number("Rows Removed by Filter")
                    + number("Rows Removed by Index Recheck"))
        }
        _ => 0.0,
    };
    here + plan["Plans"].as_array().into_iter().flatten().map(rows_read).sum::<f64>()
}

/// Whether something is sorted for it.
fn sorts(plan: &Value) -> bool {
    plan["Node Type"].as_str().is_some_and(|node| node.contains("Sort"))
        || plan["Plans"].as_array().into_iter().flatten().any(sorts)
}

#[tokio::test]
async fn lists_of_a_million_messages_are_read_through_indexes_and_as_quickly_at_their_end() {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let (org, other) = (plant(&store).await, plant(&store).await);
    let mut behind = database.behind_the_policies().await;
    furnish(&mut behind, &org, CONVERSATIONS).await;
    furnish(&mut behind, &other, CONVERSATIONS / 10).await;
    sqlx::raw_sql("vacuum analyze").execute(&mut behind).await.expect("analyze");

    let options: PgConnectOptions = database.app_url.expose_secret().parse().expect("a URL");
    let mut app = options.connect().await.expect("connect");
    let scope = format!(
        "begin; set local role tenant_rw; set local app.org_id = '{}'; set local statement_timeout = '60s'",
        org.scope.org()
    );
    sqlx::raw_sql(AssertSqlSafe(scope)).execute(&mut app).await.expect("a scope");

    let end = "'9999-12-31', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    let early = "'2026-01-03', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    let early_conversation = "'2026-02-01 01:00', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    let early_customer = "'2026-01-01 01:00', 'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    let nowhere = "'', '', '', '', '', ''";
    let agent = org.agent.id;
    let each = |what, sql, parameters: &dyn Fn(&str) -> String, early: &str| {
        (question(what, sql, parameters(end)), question(what, sql, parameters(early)))
    };
    let calls = |what, sql, filter: &str| {
        let parameters = |from: &str| format!("null, {filter}, 50, 0, null, {from}");
        each(what, sql, &parameters, early_customer)
    };
    let customers = |kind: &'static str| {
        let parameters = |from: &str| format!("'{kind}', {from}, 50, 0");
        each(kind, lists::CUSTOMERS, &parameters, early_customer)
    };
    // Each with its first page and one far back.
    let pages = [
        customers("contact"),
        customers("lead"),
        calls("calls", lists::CALLS, "null, null"),
        calls("outbound calls", lists::CALLS_IN_DIRECTION, "'outbound', null"),
        calls("outbound calls that are over", lists::CALLS_IN_DIRECTION, "'outbound', 'ended'"),
        calls("calls that are over", lists::CALLS, "null, 'ended'"),
        (
            question("messages", lists::MESSAGES, format!("null, null, 50, 0, null, {end}")),
            question("messages", lists::MESSAGES, format!("null, null, 50, 0, null, {early}")),
        ),
        (
            question("inbound", lists::MESSAGES_IN_DIRECTION, format!("null, 'inbound', 50, 0, null, {end}")),
            question(
                "inbound",
                lists::MESSAGES_IN_DIRECTION,
                format!("null, 'inbound', 50, 0, null, {early}"),
            ),
        ),
        (
            question("conversations", lists::CONVERSATIONS, format!("{end}, 50, 0")),
            question("conversations", lists::CONVERSATIONS, format!("{early_conversation}, 50, 0")),
        ),
        (
            question("assigned", lists::CONVERSATIONS_OF_PERSON, format!("{end}, 50, 0, '{agent}'")),
            question(
                "assigned",
                lists::CONVERSATIONS_OF_PERSON,
                format!("{early_conversation}, 50, 0, '{agent}'"),
            ),
        ),
        (
            question("thread", lists::THREAD, "md5('c99999')::uuid, 9223372036854775807, 50"),
            question("thread", lists::THREAD, "md5('c1')::uuid, 5, 50"),
        ),
    ];
    let others = [
        question(
            "a customer's",
            lists::MESSAGES_OF_CUSTOMER,
            format!("md5('p5')::uuid, null, 50, 0, 'contact', {end}"),
        ),
        question(
            "by number",
            lists::CONVERSATIONS_FOUND,
            format!(
                "null, '+164700123', '+164700124', '+1164', '+1165', '1647', '1648', 'x', 'y', {end}, 50, 0"
            ),
        ),
        question(
            "by name",
            lists::CONVERSATIONS_FOUND,
            format!("null, {nowhere}, 'first4242', 'first4243', {end}, 50, 0"),
        ),
        question("nobody", lists::CONVERSATIONS_FOUND, format!("null, {nowhere}, 'x', 'y', {end}, 50, 0")),
        question(
            "last messages",
            lists::LAST_MESSAGES,
            "array[md5('c1')::uuid, md5('c99999')::uuid], '{10,10}'",
        ),
        question(
            "calls by number",
            lists::CALLS_FOUND,
            format!(
                "null, null, null, '+164700123', '+164700124', '+1164', '+1165', '1647', '1648', 'x', 'y', {end}, 50, 0"
            ),
        ),
        question(
            "calls by name",
            lists::CALLS_FOUND,
            format!("null, null, null, {nowhere}, 'first4242', 'first4243', {end}, 50, 0"),
        ),
        question("people", lists::PEOPLE_BEHIND, "'{+16470000001,+16470099999,+1}', 10"),
        question(
            "contacts found",
            lists::CUSTOMERS_FOUND,
            format!("'contact', 'first4242', 'first4243', null, {end}, 50, 0"),
        ),
        question(
            "a customer's calls",
            lists::CALLS_OF_CUSTOMER,
            format!("md5('p5')::uuid, null, null, 50, 0, 'contact', {end}"),
        ),
        question(
            "calls that ring",
            lists::CALLS_IN_STATE,
            format!("null, 'inbound', 'ringing', 50, 0, null, {end}"),
        ),
    ];
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let statement = format!("set local plan_cache_mode = {mode}");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut app).await.expect("a mode");
        for (first, far) in &pages {
            let plans = [explain(&mut app, first).await, explain(&mut app, far).await];
            for plan in &plans {
                let whole = scanned_whole(plan);
                assert!(!is_long(&whole), "{} with {mode} reads {whole:?} whole: {plan:#}", first.what);
                assert!(!sorts(plan), "{} with {mode} is in the order of its index: {plan:#}", first.what);
                // Fifty, and who each is with.
                let read = rows_read(plan);
                assert!(read <= 110.0, "{} with {mode} reads {read} rows: {plan:#}", first.what);
            }
            let [near, back] = plans.map(|plan| pages_read(&plan));
            assert!(
                back <= 2 * near + 20,
                "{} with {mode}: {near} pages at the top, {back} far back",
                first.what
            );
        }
        for question in &others {
            let plan = explain(&mut app, question).await;
            let whole = scanned_whole(&plan);
            assert!(!is_long(&whole), "{} with {mode} reads {whole:?} whole: {plan:#}", question.what);
            assert!(
                pages_read(&plan) < 1_500,
                "{} with {mode} reads {} pages",
                question.what,
                pages_read(&plan)
            );
        }
    }
    drop(app);

    let mut tx = store.begin(org.scope).await.expect("begin");
    let all = MessageFilter::default();
    assert_eq!(tx.messages(&all, 1, 0).await.expect("list").1, CONVERSATIONS * MESSAGES_EACH);
    let inbound = MessageFilter { direction: Some(Direction::Inbound), ..all };
    assert_eq!(tx.messages(&inbound, 1, 0).await.expect("list").1, CONVERSATIONS * MESSAGES_EACH / 2);
    let every = ConversationFilter::default();
    assert_eq!(tx.conversations(&every, agent, None, 1, 0).await.expect("list").1, CONVERSATIONS);
    let graces = ConversationFilter { assigned_to: Some(agent), ..every };
    assert_eq!(tx.conversations(&graces, agent, None, 1, 0).await.expect("list").1, CONVERSATIONS / 10);
    for kind in [CustomerKind::Contact, CustomerKind::Lead] {
        let all = CustomerFilter { kind, search: None, before: None };
        assert_eq!(tx.customers(&all, 1, 0).await.expect("list").1, CONVERSATIONS);
    }
    let (outbound, over) = (Some(Direction::Outbound), Some(CallState::Ended));
    for (direction, state, total) in [
        (None, None, CONVERSATIONS),
        (outbound, over, CONVERSATIONS / 10),
        (None, over, CONVERSATIONS - 1),
        (None, Some(CallState::Ringing), 1),
    ] {
        let filter = CallFilter { direction, state, ..CallFilter::default() };
        assert_eq!(tx.calls(&filter, 1, 0).await.expect("list").1, total, "{filter:?}");
    }
}

fn is_long(tables: &[&str]) -> bool {
    tables.iter().any(|table| ["messages", "conversations", "customers", "calls"].contains(table))
}
