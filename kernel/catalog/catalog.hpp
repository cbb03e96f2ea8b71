#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::catalog {

/// A value of a code list ("nationalities": 01 汉族). `parent` links dependent lists (county → prefecture).
struct CodeItem
{
    std::string list, code, name, parent;
    int sort = 0;
};
/// An organisation that reviews or runs exams. `level`: province, prefecture, county, school.
struct Office
{
    std::string code, name, level, parent, phone, address;
    /// What is special about it and everything below it, in words of the province's own rules.
    std::vector<std::string> traits = {};
};
struct Major
{
    std::string code, name, level, school_code, school_name, plan_id;
    bool special = false; ///< may be signed up only after its papers were reviewed
    bool open = true;     ///< takes candidates
    int min_courses = 0, min_credits = 0;
    std::string confidence; ///< "sample" and "reference" are marked in the console
};
struct PlanCourse
{
    std::string code, name, exam_mode, requirement, option_group;
    std::optional<int> credits;
    int seq = 0;
    std::string theory_code = {}; ///< of a practical part (实践): the theory course it belongs to
    std::string textbook = {};    ///< of the coming sitting: title, author, publisher, edition (XZ-SGN-15)
};
/// What an elective group (option_group) of a plan asks for together.
struct PlanGroup
{
    std::string name;
    int min_courses = 1, min_credits = 0;
    /// Name of another group of the plan: while none of its courses is passed, this one is wanted whole
    /// (不考外语者全选). Empty: no such tie.
    std::string all_without = {};
};
/// One row of a substitution rule (课程顶替): what may stand in for a course of a plan. Rows of one `rule_id`
/// belong together.
struct Substitution
{
    enum class Mode {
        each,     ///< the pass alone stands in for the course; several rows: any one of them
        together, ///< all `by_course` of the rule's rows for this course, together
        shared,   ///< one pass stands in for every `for_course` of the rule at once
        pool      ///< any unused passes with `min_credits` in sum
    };
    std::string rule_id, for_course, by_course; ///< by_course empty with `pool`
    Mode mode = Mode::each;
    bool automatic = false; ///< applied without being asked for; only with `each`
    int min_credits = 0;
    std::string effective_from = {}, effective_to = {}; ///< YYYY-MM-DD, both inclusive; empty: open
};
/// A certificate or degree that frees from a course (免考).
struct WaiverRule
{
    std::string rule_id, course_code;
    std::string basis;                        ///< what kind of proof it is ("证书", "学历")
    std::string certificate, level, evidence; ///< name; study level it holds for, empty: all; what to upload
    std::string effective_from = {}, effective_to = {};
};
/// Whether a rule with these bounds holds on a day; both are inclusive, an empty one is open.
bool inForce(const std::string& from, const std::string& to, const std::string& day);

struct Snapshot;

/// Read access to a tenant's majors, plans, courses, offices and code lists. Reads come from an immutable
/// snapshot in memory: made at the first read, replaced after an import here, and within two seconds after one
/// of another process. Hold one per tenant. @threads any
class Catalog
{
public:
    explicit Catalog(tenant::Tenant& tenant) : tenant_(tenant) {}

    /// Items of a list by `sort`, then code. With `parent` only those that depend on it.
    Result<std::vector<CodeItem>> list(const std::string& name, const std::string& parent = {});
    /// Names of every list that has items.
    Result<std::vector<std::string>> listNames();
    Result<std::optional<CodeItem>> item(const std::string& list, const std::string& code);
    Result<std::vector<Office>> offices(const std::string& level = {}, const std::string& parent = {});
    Result<std::optional<Office>> office(const std::string& code);
    /// The office itself, then each one above it up to the topmost; empty when there is no such office.
    Result<std::vector<Office>> lineOf(const std::string& code);
    /// Whether `code` is `of` itself or lies below it.
    Result<bool> within(const std::string& code, const std::string& of);
    /// `of` and every office below it: the codes an officer of `of` is responsible for.
    Result<std::vector<std::string>> subtree(const std::string& of);
    Result<std::vector<Major>> majors();
    Result<std::optional<Major>> major(const std::string& code);
    /// Courses of a plan by `seq`; empty when there is no such plan.
    Result<std::vector<PlanCourse>> plan(const std::string& plan_id);
    Result<std::optional<PlanCourse>> course(const std::string& code);
    /// Every course, by code.
    Result<std::vector<PlanCourse>> courses();
    /// What the elective groups of a plan ask for; a group without a row asks for one course.
    Result<std::vector<PlanGroup>> planGroups(const std::string& plan_id);
    /// Every row of the rules that have one for this course, also those of its other courses; by rule.
    Result<std::vector<Substitution>> substitutions(const std::string& for_course);
    Result<std::vector<WaiverRule>> waivers(const std::string& course);

    /// A text made of the catalog alone, kept as long as the catalog stays as it is: what many requests would make again.
    /// `make` as with Memo. @errors of `make`
    Result<std::shared_ptr<const std::string>> remembered(const std::string& key,
                                                          const std::function<Result<std::string>()>& make);

    using Along = std::function<Result<void>(storage::Transaction&, int rows)>;
    /// Replaces the content of one kind from CSV with a header row, all or nothing: "code_items", "offices",
    /// "courses", "plan_courses" (needs its courses), "plan_groups", "majors" (need their plans),
    /// "substitutions", "waivers" (need their courses). Columns `source` and `confidence` may be there.
    /// @return rows imported. @errors `invalid_argument` naming line and column of up to ten faults (see
    ///     csv.hpp), or with `kind_unknown`; `conflict` with `in_use` when something that stays would point at
    ///     what goes; what `along` refuses with, inside the same transaction
    Result<int> import(const std::string& kind, const std::string& csv, const Along& along = {});

private:
    Result<std::shared_ptr<const Snapshot>> snapshot();

    tenant::Tenant& tenant_;
    std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
    Instant looked_at_;
};

/// The kinds `import` knows, in the order in which a fresh tenant is filled.
const std::vector<std::string>& importKinds();

/// Which of these course codes the tenant does not have; inside the caller's transaction.
Result<std::vector<std::string>> unknownCourses(storage::Executor& db, const std::vector<std::string>& codes);

/// Rows of a CSV text, the header first; every row as many fields as the header. @errors name the line
/// (csv.hpp)
Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text);

} // namespace zikao::catalog
