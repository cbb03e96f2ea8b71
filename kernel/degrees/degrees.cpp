#include "kernel/degrees/degrees.hpp"

#include <algorithm>

#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/json.hpp"
#include "kernel/base/log.hpp"
#include "kernel/degrees/store.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::degrees {

using storage::Transaction;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds kGrace{60};    ///< clocks of two parties differ
constexpr std::chrono::hours kToChoose{24};   ///< others' records are not kept for longer
constexpr std::chrono::seconds kCreating{15}; ///< after which a code without an answer is asked about
constexpr int kBatch = 50;
constexpr int kNonceBytes = 16;
constexpr int kForgedStatus = 400;

std::string newRequestNo()
{
    std::string number = "D" + newId();
    std::ranges::transform(number, number.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return number;
}

std::chrono::seconds untilNextPoll(std::int64_t polls)
{
    return polls == 0 ? 10s : polls == 1 ? 20s : 60s;
}

Degree degreeFrom(const api::DegreeRecord& record, const std::string& request_no, Instant now)
{
    Degree degree;
    degree.basis = Basis::online;
    degree.level = record.level;
    degree.school = record.school;
    degree.major = record.major;
    degree.study_form = record.study_form;
    degree.type = record.type;
    degree.conclusion = record.conclusion;
    degree.certificate_no = record.certificate_no;
    degree.admission_year = record.admission_year;
    degree.graduation_year = record.graduation_year;
    degree.verify_code = record.verify_code;
    degree.verify_code_expires = record.verify_code_expires;
    degree.request_no = request_no;
    degree.verified_at = now;
    degree.verified_by = "register";
    return degree;
}

bool isHis(const api::DegreeRecord& record, const identity::Person& person)
{
    return sameName(record.name, person.name) && sameIdNumber(record.id_number, person.id_number);
}

/// What an answer means for a request of this person.
AttemptState outcomeOf(const api::DegreeAnswer& answer, const StoredRequest& request,
                       const identity::Person& person, Instant now)
{
    using api::DegreeState;
    switch (answer.state) {
    case DegreeState::pending: return AttemptState::waiting;
    case DegreeState::rejected: return AttemptState::rejected;
    case DegreeState::expired: return AttemptState::expired;
    case DegreeState::no_record: return AttemptState::no_record;
    case DegreeState::authorized: break;
    }
    if (answer.authorized_at.value_or(now) > request.attempt.expires_at + kGrace)
        return AttemptState::expired;
    if (!std::ranges::all_of(answer.records, [&](const auto& record) { return isHis(record, person); }))
        return AttemptState::mismatch;
    return answer.records.size() == 1 ? AttemptState::verified : AttemptState::choosing;
}

Failure silent(const Error& error)
{
    return fail(ErrorCode::unavailable, "the register: " + error.message, "degree_register_silent");
}

Result<void> note(Transaction& tx, const std::string& actor, const std::string& act,
                  const std::string& request_no, const Json& detail, Instant now,
                  const std::string& request_id = {})
{
    return audit::append(
        tx, {actor, "degree." + act, "degree_request:" + request_no, dumpJson(detail), request_id}, now);
}

} // namespace

std::string Check::state() const
{
    if (held)
        return held->basis == Basis::expected ? "expected" : "verified";
    // A verified attempt whose degree was taken back verifies nothing.
    return attempt && attempt->state != AttemptState::verified ? name(attempt->state) : "none";
}

Result<Check> Degrees::check(const std::string& account_id)
{
    const Store store(*tenant_.vault);
    Check check;
    auto held = store.held(*tenant_.database, account_id);
    if (!held)
        return fail(held.error());
    check.held = std::move(*held);
    auto live = store.live(*tenant_.database, account_id);
    if (!live)
        return fail(live.error());
    if (*live) {
        check.attempt = std::move((*live)->attempt);
        // Nobody needs to wait for the job that writes it down.
        if (check.attempt->state == AttemptState::waiting && check.attempt->expires_at <= tenant_.clock.now())
            check.attempt->state = AttemptState::expired;
    }
    return check;
}

Result<Attempt> Degrees::newCode(const identity::Actor& candidate, const std::string& operation_id)
{
    if (!available())
        return fail(ErrorCode::conflict, "no register is bound", "degree_unavailable");
    auto person = identity_.person(candidate.id);
    if (!person)
        return fail(person.error());
    const Store store(*tenant_.vault);
    const auto lives = std::chrono::seconds{tenant_.profile.degree_code_seconds};
    const auto planned = tenant_.database->transaction([&](Transaction& tx) -> Result<StoredRequest> {
        auto known = store.byOperation(tx, candidate.id, operation_id);
        if (!known)
            return fail(known.error());
        if (*known)
            return std::move(**known);
        const Instant now = tenant_.clock.now();
        StoredRequest request;
        request.account_id = candidate.id;
        request.operation_id = operation_id;
        request.code_nonce = hex(randomBytes(kNonceBytes));
        request.attempt.request_no = newRequestNo();
        request.attempt.session_id = candidate.session_id;
        request.attempt.created_at = now;
        request.attempt.expires_at = now + lives;
        auto inserted = store.insert(tx, request, now + kCreating);
        if (!inserted && inserted.error().reason == "duplicate")
            return fail(ErrorCode::conflict, "another code at the same moment", storage::kLostRace);
        if (!inserted)
            return fail(inserted.error());
        if (auto noted = note(tx, candidate.id, "code", request.attempt.request_no, Json::object(), now,
                              candidate.request_id);
            !noted)
            return fail(noted.error());
        return request;
    });
    if (!planned)
        return fail(planned.error());
    Attempt attempt = planned->attempt;
    if (attempt.state == AttemptState::replaced)
        return fail(ErrorCode::conflict, "a newer code was asked for", "degree_code_replaced");
    if (attempt.state != AttemptState::creating)
        return attempt;
    FP("degrees.code.planned");
    const auto code = tenant_.degrees->get().create({attempt.request_no, tenant_.profile.degree_purpose,
                                                     person->name, person->id_number, planned->code_nonce,
                                                     lives, tenant_.public_url + "/api/degree/callback"});
    if (!code && code.error().reason == "request_reused")
        return fail(ErrorCode::conflict, "the person changed meanwhile", "degree_person_changed");
    if (!code) {
        log::warning("degree_code_failed", {{"request_no", attempt.request_no},
                                            {"code", zikao::name(code.error().code)},
                                            {"reason", code.error().reason}});
        return silent(code.error());
    }
    const auto shown =
        store.show(*tenant_.database, attempt.request_no, *code, tenant_.clock.now() + untilNextPoll(0));
    if (!shown)
        return fail(shown.error());
    auto now_stored = store.byNo(*tenant_.database, attempt.request_no);
    if (!now_stored)
        return fail(now_stored.error());
    if (!*now_stored || (*now_stored)->attempt.state == AttemptState::replaced)
        return fail(ErrorCode::conflict, "a newer code was asked for", "degree_code_replaced");
    return (*now_stored)->attempt;
}

Result<void> Degrees::apply(const api::DegreeAnswer& answer)
{
    const Store store(*tenant_.vault);
    auto request = store.byNo(*tenant_.database, answer.request_no);
    if (!request)
        return fail(request.error());
    if (!*request)
        return fail(ErrorCode::forbidden, "no request of ours", "request");
    const bool needs_nonce =
        answer.state != api::DegreeState::pending && answer.state != api::DegreeState::expired;
    if ((needs_nonce || !answer.code_nonce.empty()) &&
        !equalInConstantTime(answer.code_nonce, (*request)->code_nonce))
        return fail(ErrorCode::forbidden, "the nonce of another code", "nonce");
    if (answer.state == api::DegreeState::pending)
        return ok();
    const std::string& account_id = (*request)->account_id;
    auto person = identity_.person(account_id);
    if (!person)
        return fail(person.error());
    const Instant now = tenant_.clock.now();
    Store::Outcome outcome{outcomeOf(answer, **request, *person, now),
                           answer.event_id,
                           answer.raw_digest,
                           {},
                           now,
                           now + kToChoose};
    if (outcome.state == AttemptState::choosing)
        outcome.records = answer.records;
    return tenant_.database->transaction([&](Transaction& tx) -> Result<void> {
        auto ended = store.answer(tx, answer.request_no, outcome);
        if (!ended)
            return fail(ended.error());
        if (!*ended)
            return ok(); // told before, or a newer code took its place
        if (outcome.state == AttemptState::verified)
            if (auto held =
                    store.hold(tx, account_id, degreeFrom(answer.records.front(), answer.request_no, now));
                !held)
                return held;
        FP("degrees.answer.before_commit");
        return note(tx, "system:register", "answer", answer.request_no,
                    {{"state", name(outcome.state)},
                     {"event", answer.event_id},
                     {"digest", answer.raw_digest},
                     {"records", answer.records.size()}},
                    now);
    });
}

Result<void> Degrees::ask(const std::string& request_no)
{
    auto answer = tenant_.degrees->get().query(request_no);
    if (!answer && answer.error().code == ErrorCode::not_found)
        return ok(); // the code was never made
    if (!answer)
        return silent(answer.error());
    auto applied = apply(*answer);
    if (!applied && applied.error().code == ErrorCode::forbidden) {
        log::warning("degree_answer_refused",
                     {{"request_no", request_no}, {"reason", applied.error().reason}});
        return silent(applied.error());
    }
    return applied;
}

Result<Check> Degrees::refresh(const std::string& account_id)
{
    const Store store(*tenant_.vault);
    auto live = store.live(*tenant_.database, account_id);
    if (!live)
        return fail(live.error());
    using enum AttemptState;
    const bool waits = *live && ((*live)->attempt.state == creating || (*live)->attempt.state == waiting ||
                                 (*live)->attempt.state == expired);
    if (waits && available())
        if (auto asked = ask((*live)->attempt.request_no); !asked)
            return fail(asked.error());
    return check(account_id);
}

Result<Check> Degrees::choose(const identity::Actor& candidate, const std::string& record_id)
{
    const Store store(*tenant_.vault);
    const auto done = tenant_.database->transaction([&](Transaction& tx) -> Result<void> {
        auto live = store.live(tx, candidate.id);
        if (!live)
            return fail(live.error());
        if (!*live || (*live)->attempt.state != AttemptState::choosing)
            return fail(ErrorCode::conflict, "nothing is to be chosen", "degree_not_choosing");
        const auto& records = (*live)->records;
        const auto chosen = std::ranges::find(records, record_id, &api::DegreeRecord::record_id);
        if (chosen == records.end())
            return fail(ErrorCode::invalid_argument, "not one of the records", "degree_record_unknown");
        const std::string& request_no = (*live)->attempt.request_no;
        const Instant now = tenant_.clock.now();
        auto ended = store.endChoice(tx, request_no, AttemptState::verified);
        if (!ended)
            return fail(ended.error());
        if (!*ended)
            return fail(ErrorCode::conflict, "chosen meanwhile", "degree_not_choosing");
        if (auto held = store.hold(tx, candidate.id, degreeFrom(*chosen, request_no, now)); !held)
            return held;
        FP("degrees.choose.before_commit");
        return note(tx, candidate.id, "choose", request_no,
                    {{"records", records.size()}, {"record_digest", hex(sm3(record_id))}}, now,
                    candidate.request_id);
    });
    if (!done)
        return fail(done.error());
    return check(candidate.id);
}

Result<api::NoticeReply> Degrees::callback(const api::RawNotice& notice)
{
    if (!available())
        return fail(ErrorCode::not_found, "no register is bound");
    api::DegreeChecker& checker = tenant_.degrees->get();
    Result<api::DegreeAnswer> answer = checker.readCallback(notice, tenant_.clock.now());
    Result<void> applied = answer ? apply(*answer) : Result<void>(fail(answer.error()));
    if (applied)
        return checker.acknowledge(true);
    const Error& error = applied.error();
    log::warning("degree_callback_refused", {{"request_no", answer ? answer->request_no : ""},
                                             {"code", zikao::name(error.code)},
                                             {"reason", error.reason}});
    api::NoticeReply reply = checker.acknowledge(false);
    if (error.code == ErrorCode::forbidden && (reply.status < 400 || reply.status >= 500))
        reply.status = kForgedStatus;
    return reply;
}

Result<void> Degrees::record(Transaction& tx, const std::string& account_id, const Degree& degree)
{
    const Store store(*tenant_.vault);
    if (degree.basis == Basis::expected) {
        auto held = store.held(tx, account_id);
        if (!held)
            return fail(held.error());
        if (*held && (*held)->basis != Basis::expected)
            return ok();
    }
    return store.hold(tx, account_id, degree);
}

Result<Degree> Degrees::takeBack(Transaction& tx, const identity::Actor& officer,
                                 const std::string& account_id, Instant seen_at, const std::string& reason)
{
    const Store store(*tenant_.vault);
    auto held = store.held(tx, account_id);
    if (!held)
        return fail(held.error());
    auto gone = *held ? store.drop(tx, account_id, seen_at) : Result<bool>(false);
    if (!gone)
        return fail(gone.error());
    if (!*gone)
        return fail(ErrorCode::conflict, "that degree is not held any more", "degree_changed");
    const Json detail{{"basis", name((*held)->basis)},
                      {"request", (*held)->request_no},
                      {"case", (*held)->case_id},
                      {"reason", reason}};
    auto noted = audit::append(
        tx, {officer.id, "degree.take_back", "account:" + account_id, dumpJson(detail), officer.request_id},
        tenant_.clock.now());
    return noted ? Result<Degree>(std::move(**held)) : fail(noted.error());
}

Result<int> Degrees::tick()
{
    const Store store(*tenant_.vault);
    int done = 0;
    for (const AttemptState state : {AttemptState::creating, AttemptState::waiting}) {
        auto due = available() ? store.due(*tenant_.database, state, tenant_.clock.now(), kBatch)
                               : Result<std::vector<StoredRequest>>(std::vector<StoredRequest>{});
        if (!due)
            return fail(due.error());
        for (const StoredRequest& request : *due) {
            const Instant now = tenant_.clock.now();
            // Planned before it is asked, so that of several processes one asks, and one that dies is followed.
            if (auto planned = store.planPoll(*tenant_.database, request.attempt.request_no,
                                              now + untilNextPoll(request.polls + 1));
                !planned)
                return fail(planned.error());
            // A silent register is asked again; its silence was logged by whoever holds its wire.
            const auto asked = ask(request.attempt.request_no);
            if (asked && now > request.attempt.expires_at + kGrace) {
                api::DegreeAnswer over;
                over.request_no = request.attempt.request_no;
                over.state = api::DegreeState::expired;
                if (auto ended = apply(over); !ended)
                    return fail(ended.error());
            }
            ++done;
        }
    }
    auto undecided = store.due(*tenant_.database, AttemptState::choosing, tenant_.clock.now(), kBatch);
    if (!undecided)
        return fail(undecided.error());
    for (const StoredRequest& request : *undecided) {
        const auto ended = tenant_.database->transaction([&](Transaction& tx) {
            return store.endChoice(tx, request.attempt.request_no, AttemptState::expired);
        });
        if (!ended)
            return fail(ended.error());
        ++done;
    }
    return done;
}

} // namespace zikao::degrees
