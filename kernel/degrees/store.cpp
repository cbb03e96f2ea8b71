#include "kernel/degrees/store.hpp"

#include <algorithm>
#include <array>

#include "kernel/base/json.hpp"

namespace zikao::degrees {

using storage::Params;
using storage::Transaction;

namespace {

constexpr std::array<const char*, 3> kBases = {"online", "papers", "expected"};
constexpr std::array<const char*, 9> kStates = {"creating", "waiting",  "choosing", "verified", "no_record",
                                                "mismatch", "rejected", "expired",  "replaced"};
constexpr const char* kRecords = "degree_request.records";
constexpr const char* kRecord = "degree.record";
const std::string kColumns =
    "request_no, account_id, session_id, operation_id, state, code_nonce, qr_text, created_at_ms, "
    "expires_at_ms, polls, sealed_records, live_key";
/// A code that ended unanswered may still have been used in time: its answer comes late.
const std::string kAnswerable = "state IN ('creating', 'waiting', 'expired')";

Json toJson(const api::DegreeRecord& record)
{
    return {{"record_id", record.record_id},
            {"school", record.school},
            {"major", record.major},
            {"level", record.level},
            {"study_form", record.study_form},
            {"type", record.type},
            {"conclusion", record.conclusion},
            {"certificate_no", record.certificate_no},
            {"admission_year", record.admission_year},
            {"graduation_year", record.graduation_year},
            {"verify_code", record.verify_code},
            {"verify_code_expires", record.verify_code_expires}};
}

/// Name and ID number are not kept twice: they were compared when the record came.
api::DegreeRecord recordFrom(const Json& json)
{
    api::DegreeRecord record;
    record.record_id = json.at("record_id").get<std::string>();
    record.school = json.at("school").get<std::string>();
    record.major = json.at("major").get<std::string>();
    record.level = json.at("level").get<std::string>();
    record.study_form = json.at("study_form").get<std::string>();
    record.type = json.at("type").get<std::string>();
    record.conclusion = json.at("conclusion").get<std::string>();
    record.certificate_no = json.at("certificate_no").get<std::string>();
    record.admission_year = json.at("admission_year").get<int>();
    record.graduation_year = json.at("graduation_year").get<int>();
    record.verify_code = json.at("verify_code").get<std::string>();
    record.verify_code_expires = json.at("verify_code_expires").get<std::string>();
    return record;
}

Json toJson(const Degree& degree)
{
    return {{"level", degree.level},
            {"school", degree.school},
            {"major", degree.major},
            {"study_form", degree.study_form},
            {"type", degree.type},
            {"conclusion", degree.conclusion},
            {"certificate_no", degree.certificate_no},
            {"admission_year", degree.admission_year},
            {"graduation_year", degree.graduation_year},
            {"printed_on", degree.printed_on ? degree.printed_on->text() : ""},
            {"verify_code", degree.verify_code},
            {"verify_code_expires", degree.verify_code_expires},
            {"document", degree.document},
            {"document_number", degree.document_number}};
}

void read(const Json& json, Degree& degree)
{
    const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
    degree.level = text("level");
    degree.school = text("school");
    degree.major = text("major");
    degree.study_form = text("study_form");
    degree.type = text("type");
    degree.conclusion = text("conclusion");
    degree.certificate_no = text("certificate_no");
    degree.admission_year = json.at("admission_year").get<int>();
    degree.graduation_year = json.at("graduation_year").get<int>();
    if (const auto day = Date::parse(text("printed_on")))
        degree.printed_on = *day;
    degree.verify_code = text("verify_code");
    degree.verify_code_expires = text("verify_code_expires");
    degree.document = text("document");
    degree.document_number = text("document_number");
}

template <std::size_t N>
std::optional<std::size_t> placeOf(const std::array<const char*, N>& names, std::string_view wanted)
{
    const auto found = std::ranges::find(names, wanted);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
}

Failure corrupt(const char* what)
{
    return fail(ErrorCode::corrupt, std::string("a stored degree: ") + what);
}

std::string sealedRecords(const Vault& vault, const std::vector<api::DegreeRecord>& records)
{
    Json list = Json::array();
    for (const api::DegreeRecord& record : records)
        list.push_back(toJson(record));
    return vault.seal(dumpJson(list), kRecords);
}

} // namespace

const char* name(Basis basis)
{
    return kBases[static_cast<std::size_t>(basis)];
}

std::optional<Basis> basisNamed(std::string_view wanted)
{
    const auto place = placeOf(kBases, wanted);
    return place ? std::optional(static_cast<Basis>(*place)) : std::nullopt;
}

const char* name(AttemptState state)
{
    return kStates[static_cast<std::size_t>(state)];
}

Result<StoredRequest> Store::read(const storage::Row& row) const
{
    StoredRequest request;
    Attempt& attempt = request.attempt;
    attempt.request_no = row.text(0);
    request.account_id = row.text(1);
    attempt.session_id = row.text(2);
    request.operation_id = row.text(3);
    const auto state = placeOf(kStates, row.text(4));
    if (!state)
        return corrupt("an unknown state");
    attempt.state = static_cast<AttemptState>(*state);
    request.code_nonce = row.text(5);
    attempt.qr_text = row.text(6);
    attempt.created_at = {row.integer(7)};
    attempt.expires_at = {row.integer(8)};
    request.polls = row.integer(9);
    request.live = !row.isNull(11);
    if (attempt.state != AttemptState::choosing)
        return request;
    const auto opened = vault_.open(row.bytes(10), kRecords);
    if (!opened)
        return fail(opened.error());
    const auto list = parseJson(*opened);
    if (!list || !list->is_array())
        return corrupt("its records are no list");
    for (const Json& one : *list) {
        const api::DegreeRecord record = recordFrom(one);
        attempt.choices.push_back({record.record_id, record.level, record.school, record.major,
                                   record.study_form, record.type, record.conclusion, record.admission_year,
                                   record.graduation_year});
        request.records.push_back(record);
    }
    return request;
}

Result<std::optional<StoredRequest>> Store::one(storage::Executor& from, const std::string& where,
                                                const Params& values) const
{
    auto rows = from.query("SELECT " + kColumns + " FROM degree_request WHERE " + where, values);
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<StoredRequest>{};
    auto request = read(rows->front());
    if (!request)
        return fail(request.error());
    return std::optional(std::move(*request));
}

Result<std::optional<StoredRequest>> Store::byNo(storage::Executor& from, const std::string& request_no) const
{
    return one(from, "request_no = ?", {request_no});
}

Result<std::optional<StoredRequest>> Store::byOperation(storage::Executor& from,
                                                        const std::string& account_id,
                                                        const std::string& operation_id) const
{
    return one(from, "account_id = ? AND operation_id = ?", {account_id, operation_id});
}

Result<std::optional<StoredRequest>> Store::live(storage::Executor& from, const std::string& account_id) const
{
    return one(from, "live_key = ?", {account_id});
}

Result<std::vector<StoredRequest>> Store::due(storage::Executor& from, AttemptState state, Instant now,
                                              int limit) const
{
    auto rows = from.query("SELECT " + kColumns +
                               " FROM degree_request WHERE state = ? AND next_poll_ms <= ? "
                               "ORDER BY next_poll_ms LIMIT ?",
                           {std::string(name(state)), now.ms, std::int64_t{limit}});
    if (!rows)
        return fail(rows.error());
    std::vector<StoredRequest> requests;
    for (const storage::Row& row : *rows) {
        auto request = read(row);
        if (!request)
            return fail(request.error());
        requests.push_back(std::move(*request));
    }
    return requests;
}

Result<void> Store::insert(Transaction& tx, const StoredRequest& request, Instant next_poll) const
{
    // Whatever the earlier code led to stays to be read; only what was still open ends here, records and all.
    auto ended =
        tx.execute("UPDATE degree_request SET state = 'replaced', sealed_records = ? WHERE live_key = ? AND "
                   "state IN ('creating', 'waiting', 'choosing')",
                   {storage::Bytes{sealedRecords(vault_, {})}, request.account_id});
    if (!ended)
        return fail(ended.error());
    auto freed =
        tx.execute("UPDATE degree_request SET live_key = NULL WHERE live_key = ?", {request.account_id});
    if (!freed)
        return fail(freed.error());
    const Attempt& attempt = request.attempt;
    auto written = tx.execute(
        "INSERT INTO degree_request (request_no, account_id, session_id, operation_id, state, code_nonce, "
        "created_at_ms, expires_at_ms, next_poll_ms, sealed_records, live_key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {attempt.request_no, request.account_id, attempt.session_id, request.operation_id,
         std::string(name(attempt.state)), request.code_nonce, attempt.created_at.ms, attempt.expires_at.ms,
         next_poll.ms, storage::Bytes{sealedRecords(vault_, {})}, request.account_id});
    return written ? ok() : Result<void>(fail(written.error()));
}

Result<bool> Store::show(storage::Executor& on, const std::string& request_no, const api::DegreeCode& code,
                         Instant next_poll) const
{
    auto done = on.execute("UPDATE degree_request SET state = 'waiting', qr_text = ?, expires_at_ms = ?, "
                           "next_poll_ms = ? WHERE request_no = ? AND state = 'creating'",
                           {code.qr_text, code.expires_at.ms, next_poll.ms, request_no});
    if (!done)
        return fail(done.error());
    return *done == 1;
}

Result<void> Store::planPoll(storage::Executor& on, const std::string& request_no, Instant next_poll) const
{
    auto done =
        on.execute("UPDATE degree_request SET next_poll_ms = ?, polls = polls + 1 WHERE request_no = ?",
                   {next_poll.ms, request_no});
    return done ? ok() : Result<void>(fail(done.error()));
}

Result<bool> Store::answer(Transaction& tx, const std::string& request_no, const Outcome& outcome) const
{
    auto done =
        tx.execute("UPDATE degree_request SET state = ?, event_id = ?, raw_digest = ?, sealed_records = ?, "
                   "answered_at_ms = ?, next_poll_ms = ? WHERE request_no = ? AND live_key IS NOT NULL AND " +
                       kAnswerable,
                   {std::string(name(outcome.state)), outcome.event_id, outcome.raw_digest,
                    storage::Bytes{sealedRecords(vault_, outcome.records)}, outcome.at.ms,
                    outcome.next_poll.ms, request_no});
    if (!done)
        return fail(done.error());
    return *done == 1;
}

Result<bool> Store::endChoice(Transaction& tx, const std::string& request_no, AttemptState state) const
{
    auto done = tx.execute("UPDATE degree_request SET state = ?, sealed_records = ? WHERE request_no = ? AND "
                           "state = 'choosing' AND live_key IS NOT NULL",
                           {std::string(name(state)), storage::Bytes{sealedRecords(vault_, {})}, request_no});
    if (!done)
        return fail(done.error());
    return *done == 1;
}

Result<std::optional<Degree>> Store::held(storage::Executor& from, const std::string& account_id) const
{
    auto rows = from.query("SELECT basis, request_no, case_id, sealed_record, verified_at_ms, verified_by "
                           "FROM degree WHERE account_id = ?",
                           {account_id});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Degree>{};
    const storage::Row& row = rows->front();
    const auto basis = basisNamed(row.text(0));
    const auto opened = vault_.open(row.bytes(3), kRecord);
    if (!opened)
        return fail(opened.error());
    const auto json = parseJson(*opened);
    if (!basis || !json)
        return corrupt("its basis or its record");
    Degree degree;
    zikao::degrees::read(*json, degree);
    degree.basis = *basis;
    degree.request_no = row.text(1);
    degree.case_id = row.text(2);
    degree.verified_at = {row.integer(4)};
    degree.verified_by = row.text(5);
    return std::optional(std::move(degree));
}

Result<void> Store::hold(Transaction& tx, const std::string& account_id, const Degree& degree) const
{
    const std::string sealed = vault_.seal(dumpJson(toJson(degree)), kRecord);
    auto changed =
        tx.execute("UPDATE degree SET basis = ?, request_no = ?, case_id = ?, sealed_record = ?, "
                   "verified_at_ms = ?, verified_by = ? WHERE account_id = ?",
                   {std::string(name(degree.basis)), degree.request_no, degree.case_id,
                    storage::Bytes{sealed}, degree.verified_at.ms, degree.verified_by, account_id});
    if (!changed)
        return fail(changed.error());
    if (*changed == 1)
        return ok();
    auto written = tx.execute("INSERT INTO degree (account_id, basis, request_no, case_id, sealed_record, "
                              "verified_at_ms, verified_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
                              {account_id, std::string(name(degree.basis)), degree.request_no, degree.case_id,
                               storage::Bytes{sealed}, degree.verified_at.ms, degree.verified_by});
    // Somebody wrote the first one at the same moment: the whole act runs again and then changes it.
    if (!written && written.error().reason == "duplicate")
        return fail(ErrorCode::conflict, "two first degrees at once", storage::kLostRace);
    return written ? ok() : Result<void>(fail(written.error()));
}

Result<bool> Store::drop(Transaction& tx, const std::string& account_id, Instant verified_at) const
{
    auto gone = tx.execute("DELETE FROM degree WHERE account_id = ? AND verified_at_ms = ?",
                           {account_id, verified_at.ms});
    if (!gone)
        return fail(gone.error());
    return *gone == 1;
}

} // namespace zikao::degrees
