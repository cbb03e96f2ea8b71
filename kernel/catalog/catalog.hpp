#pragma once

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
};

/// Read access to a tenant's majors, plans, courses, offices and code lists. @threads any
class Catalog
{
public:
    explicit Catalog(tenant::Tenant& tenant) : tenant_(tenant) {}

    Result<std::vector<CodeItem>> list(const std::string& name, const std::string& parent = {});
    Result<std::optional<CodeItem>> item(const std::string& list, const std::string& code);
    Result<std::vector<Office>> offices(const std::string& level = {}, const std::string& parent = {});
    Result<std::optional<Office>> office(const std::string& code);
    /// Whether `code` is `of` itself or lies below it.
    Result<bool> within(const std::string& code, const std::string& of);
    Result<std::vector<Major>> majors();
    Result<std::optional<Major>> major(const std::string& code);
    Result<std::vector<PlanCourse>> plan(const std::string& plan_id);
    Result<std::optional<PlanCourse>> course(const std::string& code);

    /// Replaces the content of one kind from CSV with a header row ("majors", "courses", "plan_courses", "offices",
    /// "code_items"), all or nothing. @return rows imported. @errors `invalid_argument` naming line and column
    Result<int> import(const std::string& kind, const std::string& csv);

private:
    tenant::Tenant& tenant_;
};

/// RFC 4180 with header row; every row as many fields as the header. @errors name the line
Result<std::vector<std::vector<std::string>>> parseCsv(std::string_view text);

} // namespace zikao::catalog
