#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::exams {

struct Slot
{
    int slot_no = 0;
    Instant starts_at, ends_at;
    std::vector<std::string> courses; ///< codes examined in this slot
};

/// A sitting (考次) with its windows. Instants are inclusive of `opens`, exclusive of `closes`.
struct Sitting
{
    std::string code; ///< "261"
    std::string name; ///< "2026年4月自考"
    Instant signup_opens, signup_closes, pay_until;
    std::vector<Slot> slots;
    std::string state; ///< "draft" | "published"
};

struct ChosenCourse
{
    int slot_no = 0;
    std::string code;
};

/// A candidate's sign-up for one sitting. At most one live one per candidate and sitting; one course per slot
/// (I2).
struct SignUp
{
    std::string id, sitting, candidate_id, case_id, major_code, district_code, site_code;
    std::string state; ///< "submitted" | "ordered" | "paid" | "void"
    std::vector<ChosenCourse> courses;
};

/// Sittings and sign-ups of one tenant. The rules "one course per slot" and "one live sign-up" are database
/// keys.
class Exams
{
public:
    explicit Exams(tenant::Tenant& tenant) : tenant_(tenant) {}

    Result<std::vector<Sitting>> sittings();
    Result<std::optional<Sitting>> sitting(const std::string& code);
    /// The published sitting whose sign-up window holds now, else the next to open, else nothing.
    Result<std::optional<Sitting>> current();
    /// Creates or replaces a sitting. @errors `invalid_argument` (`window_order`, `slot_overlap`,
    /// `course_unknown`, `course_twice`), `conflict` when sign-ups would lose their course
    Result<void> save(storage::Transaction& tx, const Sitting& sitting);
    /// Replaces the slots of a sitting from CSV. Columns slot_no, exam_date (YYYY-MM-DD), start_time,
    /// end_time (HH:MM, Beijing), course_code: one row per course; the rows of a slot agree on its times. All
    /// or nothing.
    /// @return rows imported. @errors as `save`; `invalid_argument` naming line and column; `not_found`
    Result<int> importSlots(const std::string& sitting, const std::string& csv);

    /// Writes or replaces the sign-up of a case; its state becomes "submitted". @return its id
    /// @errors `conflict` with `course_in_slot_twice`, `already_signed_up` (another live one in this sitting)
    ///         or `sign_up_locked` (an order is open or paid); `invalid_argument` with `course_not_offered`
    ///         (not in this slot of a published sitting) or `no_course`
    Result<std::string> signUp(storage::Transaction& tx, const SignUp& wanted);
    /// Moves the state by condition: only from `from`. To "void" sets the candidate free to sign up again.
    /// @errors `conflict` with `sign_up_moved` when it was not there
    Result<void> move(storage::Transaction& tx, const std::string& case_id, const std::string& from,
                      const std::string& to);
    Result<std::optional<SignUp>> ofCase(const std::string& case_id);

private:
    Result<std::vector<Sitting>> read(const std::string& where, const storage::Params& params);
    Result<Sitting> whole(const storage::Row& head);

    tenant::Tenant& tenant_;
    std::mutex mutex_;
    /// By code. A save raises the revision, so what is kept under the row's present one is whole and true.
    std::map<std::string, std::pair<std::int64_t, std::shared_ptr<const Sitting>>> kept_;
};

} // namespace zikao::exams
