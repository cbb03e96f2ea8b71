#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "plugins/api/date.hpp"
#include "plugins/api/notice.hpp"
#include "plugins/api/plugin.hpp"

namespace zikao::api {

/// What the register is asked for; the person who authorises reads it there.
enum class DegreePurpose { registration, graduation, exemption };

/// One QR code for one person. The number and the nonce are ours and are never used for anything else.
struct DegreeRequest
{
    std::string request_no; ///< 1-32 of 0-9 and A-Z
    DegreePurpose purpose = DegreePurpose::graduation;
    std::string name, id_number;     ///< leave us as a digest only, until the person has authorised
    std::string code_nonce;          ///< 32 lower-case hexadecimal digits, shown inside the code
    std::chrono::seconds lives{300}; ///< 60-600
    std::string callback_url;        ///< where the register sends the result; without a query
};

/// What the person scans.
struct DegreeCode
{
    std::string qr_text;
    Instant expires_at; ///< as the register says; not later than asked for
};

/// One degree as the register holds it. Texts are the register's own words (层次 专科, 毕结业结论 毕业 …).
/// The register tells years only; the day that is printed on the diploma it does not tell.
struct DegreeRecord
{
    std::string record_id; ///< the register's; unique within one answer
    std::string name, id_number;
    std::string school, major, level, study_form, type, conclusion, certificate_no;
    int admission_year = 0, graduation_year = 0;  ///< 0: not said
    std::string verify_code, verify_code_expires; ///< shown to people, never relied on
};

/// rejected: the person refused in the register's app · no_record: authorised, but nothing is on file
enum class DegreeState { pending, authorized, rejected, expired, no_record };

/// What the register says of one request, its signature, age and seal verified by the plugin.
struct DegreeAnswer
{
    std::string request_no;
    std::string code_nonce; ///< empty only while `pending` or `expired`
    DegreeState state = DegreeState::pending;
    std::optional<Instant> authorized_at;
    std::vector<DegreeRecord> records; ///< for `authorized`: one at least
    std::string event_id;   ///< of a callback; stays the same when it is repeated. Empty for a query
    std::string raw_digest; ///< SHA-256 of the message as it arrived, hex
};

/// The register of degrees (学历): asks for a person's records with that person's authorisation (AH-DEG-03).
/// All calls may be repeated with the same numbers. Whether the records are the person's own is the caller's
/// to compare: the plugin knows nobody.
/// @errors common to all: `unavailable` (no answer, one that cannot be trusted, or an account that the
///         register refuses: staff must act), `timeout` (outcome unknown), `too_many`, `invalid_argument`
class DegreeChecker : public Plugin
{
public:
    static constexpr const char* kName = "DegreeChecker";
    static constexpr int kVersion = 1;

    /// @errors `conflict` with reason `request_reused`: the number was used with another content
    virtual Result<DegreeCode> create(const DegreeRequest& request) = 0;

    /// @errors `not_found`: the register does not know the number
    virtual Result<DegreeAnswer> query(const std::string& request_no) = 0;

    /// Verifies and decodes a callback; changes nothing. @errors `forbidden`: forged, stale or sealed for
    /// somebody else; `reason` says which check failed (signature, timestamp, key, cipher, body).
    virtual Result<DegreeAnswer> readCallback(const RawNotice& notice, Instant now) = 0;

    /// @param accepted  whether the callback is dealt with and must not be repeated
    virtual NoticeReply acknowledge(bool accepted) = 0;
};

} // namespace zikao::api
