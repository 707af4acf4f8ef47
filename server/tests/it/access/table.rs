//! The table: every route with those who may take it. "May" means that they are not sent away for who they are; what
//! they find there may still be nothing, or not theirs (`object.rs`).

use Actor::{
    Administrator, Anonymous, Approver, Auditor, Cashier, Citizen, Manager, ManagerKey, Operator,
    TillKey,
};

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Actor {
    Anonymous,
    Citizen,
    Manager,
    Cashier,
    Operator,
    Approver,
    Auditor,
    Administrator,
    TillKey,
    ManagerKey,
}

impl Actor {
    pub(super) const ALL: [Self; 10] = [
        Anonymous,
        Citizen,
        Manager,
        Cashier,
        Operator,
        Approver,
        Auditor,
        Administrator,
        TillKey,
        ManagerKey,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Anonymous => "anybody",
            Citizen => "citizen",
            Manager => "manager",
            Cashier => "cashier",
            Operator => "operator",
            Approver => "approver",
            Auditor => "auditor",
            Administrator => "administrator",
            TillKey => "till key",
            ManagerKey => "manager key",
        }
    }
}

/// A route, and who may take it.
pub(super) struct Row {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// What `{file}` stands for, where that says who may.
    pub(super) file: &'static str,
    pub(super) may: &'static [Actor],
    /// A way in or out, or back to the door: the same for everybody, whoever they are.
    pub(super) is_door: bool,
}

const EVERYBODY: &[Actor] = &Actor::ALL;
/// Managers are citizens too.
const CITIZENS: &[Actor] = &[Citizen, Manager];
const CASHIERS: &[Actor] = &[Cashier];
const KEYS: &[Actor] = &[TillKey, ManagerKey];
const TILL_KEYS: &[Actor] = &[TillKey];
/// Who sees rounds, merchants and money.
const READERS: &[Actor] = &[Operator, Approver, Auditor];
/// Who sees what risk control keeps of persons.
const RISK_READERS: &[Actor] = &[Operator, Auditor];
const OPERATORS: &[Actor] = &[Operator];
/// The second pair of eyes.
const APPROVERS: &[Actor] = &[Approver];
/// Everybody who works at the console: their own account.
const STAFF: &[Actor] = &[Operator, Approver, Auditor, Administrator];
const ADMINISTRATORS: &[Actor] = &[Administrator];
/// Who sees the audit record.
const RECORD_READERS: &[Actor] = &[Auditor, Administrator];

const fn get(path: &'static str, may: &'static [Actor]) -> Row {
    Row { method: "GET", path, file: "", may, is_door: false }
}

/// A file of the console's exports.
const fn export(file: &'static str, may: &'static [Actor]) -> Row {
    Row { method: "GET", path: "/console/exports/{file}", file, may, is_door: false }
}

const fn post(path: &'static str, may: &'static [Actor]) -> Row {
    Row { method: "POST", path, file: "", may, is_door: false }
}

const fn any(path: &'static str, may: &'static [Actor]) -> Row {
    Row { method: "any", path, file: "", may, is_door: false }
}

const fn door(method: &'static str, path: &'static str) -> Row {
    Row { method, path, file: "", may: EVERYBODY, is_door: true }
}

/// What stands above the table in the document.
pub(super) const INTRODUCTION: &str = "# Who may take which way

Written by the test `access::the_table_is_written_out` from `server/tests/it/access/table.rs`, which
`access::every_route_has_a_row_and_every_row_a_route` holds against the router and
`access::everybody_may_what_the_table_says_and_nothing_else` against the server's answers. *yes*: not sent away for who
they are. Whoever may take a way to something of somebody else's finds nothing there: `access::object`. The listener
for operations (`/healthz`, `/readyz`, `/metrics`) is another one, off by default, and not for people.

";

/// Every route of every door.
#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    // Pages for everybody.
    get("/", EVERYBODY),
    get("/rounds/{file}", EVERYBODY),
    get("/rules", EVERYBODY),
    get("/results", EVERYBODY),
    get("/results/{file}", EVERYBODY),
    get("/merchants", EVERYBODY),
    get("/sign-in", EVERYBODY),
    door("GET", "/sign-in/demo"),
    post("/sign-in/demo", EVERYBODY),
    get("/demo.json", EVERYBODY),
    // Through an entrance and back; what a provider tells by itself is known by its signature.
    get("/sign-in/{entrance}", EVERYBODY),
    post("/sign-in/{entrance}", EVERYBODY),
    get("/sign-in/{entrance}/callback", EVERYBODY),
    get("/sign-in/{entrance}/handoff", EVERYBODY),
    post("/sign-in/{entrance}/handoff", EVERYBODY),
    get("/sign-in/{entrance}/match", EVERYBODY),
    post("/sign-in/{entrance}/match", EVERYBODY),
    post("/notify/{entrance}", EVERYBODY),
    // A citizen's own.
    get("/me", CITIZENS),
    door("GET", "/me/consents"),
    post("/me/consents", CITIZENS),
    door("GET", "/me/sessions"),
    post("/me/sessions", CITIZENS),
    door("GET", "/me/match"),
    post("/me/match", CITIZENS),
    get("/me/export.json", CITIZENS),
    get("/me/export.txt", CITIZENS),
    get("/me/delete", CITIZENS),
    post("/me/delete", CITIZENS),
    get("/me/deleted", EVERYBODY),
    get("/wallet", CITIZENS),
    get("/wallet/{voucher}", CITIZENS),
    get("/wallet/{voucher}/state", CITIZENS),
    get("/wallet/claims/{claim}/state", CITIZENS),
    get("/me/appeals", CITIZENS),
    post("/me/appeals", CITIZENS),
    any("/act/{function}", EVERYBODY),
    // A manager's own merchant; whoever is signed in may apply.
    get("/merchant", CITIZENS),
    post("/merchant", CITIZENS),
    door("GET", "/merchant/tills"),
    post("/merchant/tills", CITIZENS),
    door("GET", "/merchant/tills/{till}/close"),
    post("/merchant/tills/{till}/close", CITIZENS),
    door("GET", "/merchant/keys"),
    post("/merchant/keys", CITIZENS),
    door("GET", "/merchant/keys/{key}/rotate"),
    post("/merchant/keys/{key}/rotate", CITIZENS),
    door("GET", "/merchant/keys/{key}/revoke"),
    post("/merchant/keys/{key}/revoke", CITIZENS),
    get("/merchant/settlements/{file}", CITIZENS),
    // A cashier's own till. The door shows the sign-in to whoever is not in.
    get("/till", EVERYBODY),
    door("GET", "/till/sign-in"),
    door("POST", "/till/sign-in"),
    door("GET", "/till/sign-out"),
    door("POST", "/till/sign-out"),
    door("GET", "/till/quote"),
    post("/till/quote", CASHIERS),
    door("GET", "/till/edit"),
    post("/till/edit", CASHIERS),
    door("GET", "/till/redeem"),
    post("/till/redeem", CASHIERS),
    get("/till/today", CASHIERS),
    get("/till/receipts/{id}", CASHIERS),
    get("/till/receipts/{id}/refund", CASHIERS),
    door("GET", "/till/refund"),
    post("/till/refund", CASHIERS),
    get("/till/account", CASHIERS),
    post("/till/account", CASHIERS),
    // The city's own people.
    get("/console", EVERYBODY),
    door("GET", "/console/sign-in"),
    door("POST", "/console/sign-in"),
    door("GET", "/console/sign-out"),
    door("POST", "/console/sign-out"),
    get("/console/dashboard", READERS),
    get("/console/planner", READERS),
    get("/console/rounds", READERS),
    get("/console/rounds/new", OPERATORS),
    post("/console/rounds/new", OPERATORS),
    get("/console/rounds/{round}", READERS),
    get("/console/rounds/{round}/edit", OPERATORS),
    post("/console/rounds/{round}/edit", OPERATORS),
    door("GET", "/console/rounds/{round}/submit"),
    post("/console/rounds/{round}/submit", OPERATORS),
    door("GET", "/console/rounds/{round}/abandon"),
    post("/console/rounds/{round}/abandon", OPERATORS),
    door("GET", "/console/rounds/{round}/approve"),
    post("/console/rounds/{round}/approve", APPROVERS),
    door("GET", "/console/rounds/{round}/return"),
    post("/console/rounds/{round}/return", APPROVERS),
    door("GET", "/console/rounds/{round}/pause"),
    post("/console/rounds/{round}/pause", OPERATORS),
    door("GET", "/console/rounds/{round}/proposals"),
    post("/console/rounds/{round}/proposals", OPERATORS),
    door("GET", "/console/rounds/{round}/proposals/{proposal}/confirm"),
    post("/console/rounds/{round}/proposals/{proposal}/confirm", APPROVERS),
    door("GET", "/console/rounds/{round}/proposals/{proposal}/decline"),
    post("/console/rounds/{round}/proposals/{proposal}/decline", APPROVERS),
    door("GET", "/console/rounds/{round}/proposals/{proposal}/withdraw"),
    post("/console/rounds/{round}/proposals/{proposal}/withdraw", OPERATORS),
    get("/console/merchants", READERS),
    door("GET", "/console/merchants/dishonest"),
    post("/console/merchants/dishonest", OPERATORS),
    get("/console/merchants/{merchant}", READERS),
    post("/console/merchants/{merchant}", OPERATORS),
    door("GET", "/console/merchants/{merchant}/money"),
    post("/console/merchants/{merchant}/money", OPERATORS),
    door("GET", "/console/merchants/{merchant}/place"),
    post("/console/merchants/{merchant}/place", OPERATORS),
    get("/console/risk", RISK_READERS),
    post("/console/risk", OPERATORS),
    get("/console/risk/claims/{claim}", RISK_READERS),
    post("/console/risk/claims/{claim}", OPERATORS),
    get("/console/risk/appeals/{appeal}", RISK_READERS),
    post("/console/risk/appeals/{appeal}", OPERATORS),
    get("/console/ledger", READERS),
    get("/console/exports", STAFF),
    export("accounts.csv", READERS),
    export("transfers.csv", READERS),
    export("claims.csv", READERS),
    export("redemptions.csv", READERS),
    export("refunds.csv", READERS),
    export("due.csv", READERS),
    export("audit.csv", RECORD_READERS),
    get("/console/audit", RECORD_READERS),
    get("/console/staff", ADMINISTRATORS),
    post("/console/staff", ADMINISTRATORS),
    door("GET", "/console/staff/{login}/end"),
    post("/console/staff/{login}/end", ADMINISTRATORS),
    door("GET", "/console/staff/{login}/reset"),
    post("/console/staff/{login}/reset", ADMINISTRATORS),
    door("GET", "/console/staff/{login}/sessions"),
    post("/console/staff/{login}/sessions", ADMINISTRATORS),
    get("/console/account", STAFF),
    post("/console/account", STAFF),
    // The API.
    get("/api/v1/openapi.json", EVERYBODY),
    get("/api/v1/campaign", EVERYBODY),
    get("/api/v1/rounds", EVERYBODY),
    get("/api/v1/rounds/{id}", EVERYBODY),
    get("/api/v1/rounds/{id}/live", EVERYBODY),
    post("/api/v1/rounds/{id}/claims", CITIZENS),
    get("/api/v1/claims/{id}", CITIZENS),
    get("/api/v1/wallet", CITIZENS),
    get("/api/v1/wallet/vouchers/{id}/code", CITIZENS),
    get("/api/v1/merchants", EVERYBODY),
    post("/api/v1/redemptions/quote", TILL_KEYS),
    post("/api/v1/redemptions", TILL_KEYS),
    get("/api/v1/redemptions", KEYS),
    get("/api/v1/redemptions/{id}", KEYS),
    post("/api/v1/redemptions/{id}/refunds", TILL_KEYS),
    get("/api/v1/settlements/{file}", KEYS),
    any("/api/{*rest}", EVERYBODY),
    // Our own files.
    get("/assets/{name}", EVERYBODY),
    get("/favicon.svg", EVERYBODY),
    get("/robots.txt", EVERYBODY),
];
