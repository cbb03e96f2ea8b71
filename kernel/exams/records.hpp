#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/storage/row_mac.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::exams {

/// One passed course as it is on file (合格成绩, DEF-GEN-14). It belongs to an admission number (准考证号) and never
/// lapses. Theory and practice have a score from 60 to 100, or one of the five grades without 不合格.
struct PassRecord
{
    std::string id, admission_number, course_code;
    std::optional<int> score;
    std::string grade;     ///< 优秀, 良好, 中等, 合格, 及格; empty when there is a score
    std::string passed_on; ///< YYYY-MM-DD
    std::string source;    ///< "exam", "practice", "transfer" (moved in), "filed" (an office saw the papers)
    std::string origin;    ///< where it was passed, with `transfer` and `filed`
    std::string moved_on;  ///< with `transfer`: when it was moved in
    std::string evidence;  ///< what `filed` rests on: the case whose papers an office saw
};

/// The worth of a pass when several are compared: the score, for a grade the lowest score of its range.
int worth(const PassRecord& record);

/// A further admission number whose passes count for this person (合并).
struct LinkedNumber
{
    std::string admission_number, account_id, kind, case_id, linked_by;
    Instant linked_at;
};

/// What an office granted for a course of a plan: it holds for good.
struct Grant
{
    std::string course_code;
    std::string kind; ///< "waiver" | "substitution"
    std::string rule_id;
    std::vector<std::string> with; ///< passed courses that stand in
    bool shared = false;           ///< the rule lets one pass serve several courses
    std::string case_id;
};

/// A row of a person that is not as the platform wrote it: it counts for nothing, and the log names it.
struct AlteredRow
{
    std::string kind; ///< "pass", "number" (a merge), "grant"
    std::string of;   ///< the course, or the admission number that was merged
};

/// The rows behind this: each carries a MAC.
extern const storage::MacTable kPassTable, kNumberTable, kGrantTable;

/// Pass records, further numbers and granted courses of one tenant. That a pass stands in once per plan, and a
/// number belongs to one person, are database keys. @threads any
class Records
{
public:
    explicit Records(tenant::Tenant& tenant) : tenant_(tenant) {}

    struct Imported
    {
        int rows = 0, fresh = 0; ///< read; of those not on file before
    };
    using Along = std::function<Result<void>(storage::Transaction&, const Imported&)>;
    /// Takes passes from CSV, all or nothing; what is on file already stays, so that the same file twice adds
    /// nothing. Columns admission_number, course_code, passed_on, source and score or grade; origin and moved_on
    /// with `transfer`; note may be there.
    /// @errors `invalid_argument` naming line and column of up to ten faults: an unknown course, a score under 60,
    ///     a day to come, the same course of a number twice, a pass that is on file with another result
    Result<Imported> import(const std::string& csv, const std::string& by, const Along& along = {});

    /// Files one pass, by an office that saw the papers. One that is on file as moved in with the same result is proved
    /// by them and counts as filed from now on. @errors `invalid_argument` with `course_unknown`,
    ///     `pass_score`, `pass_date`; `conflict` with `pass_on_file` (of this number, course and
    ///     day), `pass_differs` (it was moved in with another result) or `pass_altered` (what was moved in is not as the
    ///     platform wrote it)
    Result<void> file(storage::Transaction& tx, const PassRecord& record, const std::string& by);

    /// Every pass that counts for a person: of the own number, unless it was merged away, and of the linked ones;
    /// by course, best first. @param altered  where given, gets what does not count because somebody changed its row
    Result<std::vector<PassRecord>> of(const std::string& account_id, const std::string& admission_number,
                                       std::vector<AlteredRow>* altered = nullptr);

    /// Merges a further number into the person's. @errors `conflict` with `number_own` or `number_linked` (it
    ///     belongs to a person already, this one or another)
    Result<void> link(storage::Transaction& tx, const LinkedNumber& number, const std::string& own_number);
    /// Takes the merges of a case back. @return how many
    Result<int> unlink(storage::Transaction& tx, const std::string& case_id);
    Result<std::vector<LinkedNumber>> linked(const std::string& account_id);
    /// Whether a number was merged into another: nothing new may be begun with it.
    Result<bool> mergedAway(const std::string& admission_number);

    /// Notes what an office granted. Repeating the same grant changes nothing.
    /// @errors `conflict` with `course_granted` (the course has another grant in this plan) or `credit_used` (a
    ///     pass stands in for another course of this plan already)
    Result<void> grant(storage::Transaction& tx, const std::string& account_id, const std::string& plan_id,
                       const Grant& grant, const std::string& by);
    /// @param altered  as for `of`
    Result<std::vector<Grant>> grants(const std::string& account_id, const std::string& plan_id,
                                      std::vector<AlteredRow>* altered = nullptr);
    /// Takes the grants of a case back, with the passes they used. @return how many
    Result<int> revoke(storage::Transaction& tx, const std::string& case_id);

private:
    /// Whether a row is as the platform wrote it; one that is not is noted. @param of  the column that names it
    bool counts(const storage::MacTable& table, const storage::Row& row, std::size_t of,
                std::vector<AlteredRow>* altered) const;
    tenant::Tenant& tenant_;
};

} // namespace zikao::exams
