#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/identity/actor.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::identity {
class Identity;
}

namespace zikao::degrees {

/// How a degree came to be held. online: the register told it · papers: an officer saw papers (AH-DEG-07) ·
/// expected: an officer saw a school's word that it will be there in time (AH-DEG-08); it proves nothing yet
enum class Basis { online, papers, expected };
const char* name(Basis basis);
std::optional<Basis> basisNamed(std::string_view name);

/// A previous degree (前置学历) of one person. Texts as the register or the papers write them. Holds S3 data.
struct Degree
{
    Basis basis = Basis::online;
    std::string level, school, major, study_form, type, conclusion, certificate_no;
    int admission_year = 0, graduation_year = 0; ///< 0: not known
    /// The day the diploma bears (落款日期). The register tells years only, so this is known from papers alone.
    std::optional<Date> printed_on;
    std::string verify_code, verify_code_expires; ///< online: shown, never relied on
    std::string document, document_number;        ///< papers: which paper, its number
    std::string case_id, request_no; ///< where it was decided: a case, or a request to the register
    Instant verified_at;
    std::string verified_by; ///< account of the officer; "register" for online
};

/// What one code led to.
///
/// creating (the register has not answered yet) → waiting → verified | choosing | no_record | mismatch |
/// rejected | expired; choosing → verified | expired; any of them → replaced by a newer code.
enum class AttemptState {
    creating,
    waiting,
    choosing,
    verified,
    no_record,
    mismatch,
    rejected,
    expired,
    replaced
};
const char* name(AttemptState state);

/// One of several records, to choose from.
struct Choice
{
    std::string record_id, level, school, major, study_form, type, conclusion;
    int admission_year = 0, graduation_year = 0;
};

struct Attempt
{
    std::string request_no, session_id, qr_text;
    AttemptState state = AttemptState::creating;
    Instant created_at, expires_at;
    std::vector<Choice> choices; ///< while choosing
};

/// Everything about one person: what is held, and what the newest code led to.
struct Check
{
    std::optional<Degree> held;
    std::optional<Attempt> attempt;
    /// For rules and screens: "verified", "expected", else the newest attempt's state; "none" without any.
    [[nodiscard]] std::string state() const;
};

/// The previous degree of the candidates of one tenant. A code belongs to one candidate; what the register
/// says of it is believed only if it carries that code's nonce, in time, and every record is that person's
/// (AH-DEG-03, AH-DEG-04). The register is called outside transactions. @threads any
class Degrees
{
public:
    Degrees(tenant::Tenant& tenant, identity::Identity& identity) : tenant_(tenant), identity_(identity) {}

    /// Whether a register is bound at all; without one papers are the only way.
    [[nodiscard]] bool available() const { return tenant_.degrees != nullptr; }

    Result<Check> check(const std::string& account_id);

    /// A new code in place of an older one, as often as wanted (AH-DEG-06); what is held stays until something
    /// newer replaces it. The same operation id gives the same code.
    /// @errors `conflict` with reason `degree_unavailable` (no register), `degree_code_replaced` (a newer code was
    ///         asked for meanwhile), `degree_person_changed` (name or number changed while the register was
    ///         asked); `unavailable` with `degree_register_silent`: ask again with the same operation id
    Result<Attempt> newCode(const identity::Actor& candidate, const std::string& operation_id);

    /// Asks the register now about the newest code, if that still waits. @return the check afterwards
    /// @errors `unavailable` with reason `degree_register_silent`
    Result<Check> refresh(const std::string& account_id);

    /// Takes one of the records that came and forgets the others.
    /// @errors `conflict` with reason `degree_not_choosing`; `invalid_argument` with `degree_record_unknown`
    Result<Check> choose(const identity::Actor& candidate, const std::string& record_id);

    /// The register's callback: verified, applied and acknowledged. One that comes twice, late or after a query
    /// changes nothing. Forged ones answer 400. @errors `not_found`: no register is bound
    Result<api::NoticeReply> callback(const api::RawNotice& notice);

    /// In the transaction of an officer's action (effect `verify_degree`): papers take the place of whatever was
    /// held; an expectation never takes the place of a degree.
    Result<void> record(storage::Transaction& tx, const std::string& account_id, const Degree& degree);

    /// An officer takes back what is held, because it is not this person's: whatever leans on it is refused from then on,
    /// until the person was verified again. In the caller's transaction, with its audit entry.
    /// @param seen_at  when what the officer looked at was verified
    /// @return         what was held
    /// @errors `conflict` with reason `degree_changed`: something else is held by now, or nothing
    Result<Degree> takeBack(storage::Transaction& tx, const identity::Actor& officer,
                            const std::string& account_id, Instant seen_at, const std::string& reason);

    /// Background: asks about waiting codes after 10 and 20 s and then each minute until they end; ends choices
    /// that nobody made within a day, with their records. @return how many were dealt with
    Result<int> tick();

private:
    /// Applies what the register says of one request. @errors `forbidden`: it is not this request's
    Result<void> apply(const api::DegreeAnswer& answer);
    Result<void> ask(const std::string& request_no);

    tenant::Tenant& tenant_;
    identity::Identity& identity_;
};

/// Whether two ways of writing a name or an ID number mean the same: full-width forms, blanks, the case of the
/// last X, and the dots within a name do not count (AH-DEG-04).
bool sameName(std::string_view a, std::string_view b);
bool sameIdNumber(std::string_view a, std::string_view b);

} // namespace zikao::degrees
