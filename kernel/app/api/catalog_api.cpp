#include <algorithm>

#include "kernel/app/api/catalog_json.hpp"
#include "kernel/app/api/routes.hpp"

namespace zikao::app {

namespace {

using namespace http;

Result<Response> list(Call& call)
{
    Result<std::vector<catalog::CodeItem>> items =
        call.site.catalog.list(call.param("name"), call.request.query("parent").value_or(""));
    if (!items)
        return fail(items.error());
    Json out = Json::array();
    for (const catalog::CodeItem& item : *items)
        out.push_back({{"code", item.code}, {"name", item.name}, {"parent", item.parent}});
    return Response::json(out);
}

Json majorJson(const catalog::Major& major)
{
    return {{"code", major.code},       {"name", major.name},
            {"level", major.level},     {"school_name", major.school_name},
            {"special", major.special}, {"open", major.open}};
}

Result<Response> majors(Call& call)
{
    Result<std::vector<catalog::Major>> all = call.site.catalog.majors();
    if (!all)
        return fail(all.error());
    Json out = Json::array();
    for (const catalog::Major& major : *all)
        out.push_back(majorJson(major));
    return Response::json(out);
}

Result<Response> plan(Call& call)
{
    Result<std::optional<catalog::Major>> major = call.site.catalog.major(call.param("code"));
    if (!major)
        return fail(major.error());
    if (!*major)
        return fail(ErrorCode::not_found, "no such major");
    Result<std::vector<catalog::PlanCourse>> courses = call.site.catalog.plan((*major)->plan_id);
    if (!courses)
        return fail(courses.error());
    Json rows = Json::array();
    std::int64_t credits = 0;
    for (const catalog::PlanCourse& course : *courses) {
        credits += course.credits.value_or(0);
        rows.push_back({{"seq", course.seq},
                        {"code", course.code},
                        {"name", course.name},
                        {"credits", course.credits ? Json(*course.credits) : Json(nullptr)},
                        {"exam_mode", course.exam_mode},
                        {"requirement", course.requirement},
                        {"option_group", course.option_group},
                        {"textbook", course.textbook}});
    }
    return Response::json({{"major", majorJson(**major)},
                           {"courses", std::move(rows)},
                           {"total_credits", credits},
                           {"min_courses", (*major)->min_courses},
                           {"min_credits", (*major)->min_credits}});
}

/// The offices of each level that the profile's `contacts` names, in its order.
Result<Response> contacts(Call& call)
{
    Json groups = Json::array();
    for (const Json& group : call.site.profile().value("contacts", Json::array())) {
        const std::string level = group.value("id", std::string());
        Result<std::vector<catalog::Office>> offices = call.site.catalog.offices(level);
        if (!offices)
            return fail(offices.error());
        Json rows = Json::array();
        for (const catalog::Office& office : *offices)
            rows.push_back({{"code", office.code},
                            {"name", office.name},
                            {"phone", office.phone},
                            {"address", office.address}});
        groups.push_back({{"id", level},
                          {"title", group.value("title", std::string())},
                          {"text", group.value("text", std::string())},
                          {"offices", std::move(rows)}});
    }
    return Response::json(groups);
}

Result<Response> openSittings(Call& call)
{
    Result<std::vector<exams::Sitting>> all = call.site.exams.sittings();
    if (!all)
        return fail(all.error());
    std::erase_if(*all, [&](const exams::Sitting& one) {
        return one.state != "published" || one.signup_closes <= call.now();
    });
    std::sort(all->begin(), all->end(), [](const exams::Sitting& a, const exams::Sitting& b) {
        return a.signup_closes < b.signup_closes;
    });
    Json out = Json::array();
    for (const exams::Sitting& one : *all)
        out.push_back({{"code", one.code},
                       {"name", one.name},
                       {"signup_opens_ms", one.signup_opens.ms},
                       {"signup_closes_ms", one.signup_closes.ms},
                       {"pay_until_ms", one.pay_until.ms},
                       {"open", one.signup_opens <= call.now()}});
    return Response::json(out);
}

Result<Response> sitting(Call& call)
{
    const std::string& code = call.param("code");
    Result<std::optional<exams::Sitting>> found =
        code == "current" ? call.site.exams.current() : call.site.exams.sitting(code);
    if (!found)
        return fail(found.error());
    if (!*found || (*found)->state != "published")
        return fail(ErrorCode::not_found, "no such published sitting", code == "current" ? "no_sitting" : "");
    Result<Json> json = sittingJson(call.site, **found);
    if (!json)
        return fail(json.error());
    return Response::json(*json);
}

} // namespace

Result<Json> sittingJson(Site& site, const exams::Sitting& sitting)
{
    Json slots = Json::array();
    for (const exams::Slot& slot : sitting.slots) {
        Json courses = Json::array();
        for (const std::string& code : slot.courses) {
            Result<std::optional<catalog::PlanCourse>> course = site.catalog.course(code);
            if (!course)
                return fail(course.error());
            courses.push_back({{"code", code}, {"name", *course ? (*course)->name : code}});
        }
        slots.push_back({{"slot_no", slot.slot_no},
                         {"starts_at_ms", slot.starts_at.ms},
                         {"ends_at_ms", slot.ends_at.ms},
                         {"courses", std::move(courses)}});
    }
    return Json{{"code", sitting.code},
                {"name", sitting.name},
                {"state", sitting.state},
                {"signup_opens_ms", sitting.signup_opens.ms},
                {"signup_closes_ms", sitting.signup_closes.ms},
                {"pay_until_ms", sitting.pay_until.ms},
                {"slots", std::move(slots)}};
}

void addCatalogRoutes(Routes& routes)
{
    constexpr BodyRule kNone = BodyRule::none();
    routes.add(
        {Method::get, "/api/lists/{name}", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
        list);
    routes.add({Method::get, "/api/majors", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
               majors);
    routes.add(
        {Method::get, "/api/majors/{code}/plan", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
        plan);
    routes.add({Method::get, "/api/contacts", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
               contacts);
    routes.add({Method::get, "/api/sittings", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
               openSittings);
    routes.add(
        {Method::get, "/api/sittings/{code}", Scope::tenant, Need::anyone, kNone, Rate::read, Cost::light},
        sitting);
}

} // namespace zikao::app
