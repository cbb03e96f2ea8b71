#include "kernel/app/api/catalog_json.hpp"
#include "kernel/app/api/routes.hpp"
#include "kernel/audit/audit.hpp"

namespace zikao::app {

namespace {

using namespace http;
using identity::Role;

Result<Response> list(Call& call)
{
    Result<std::vector<exams::Sitting>> sittings = call.site.exams.sittings();
    if (!sittings)
        return fail(sittings.error());
    Json out = Json::array();
    for (const exams::Sitting& sitting : *sittings) {
        Result<Json> json = sittingJson(call.site, sitting);
        if (!json)
            return fail(json.error());
        out.push_back(std::move(*json));
    }
    return Response::json(out);
}

Result<Json> storedSitting(Call& call)
{
    Result<std::optional<exams::Sitting>> sitting = call.site.exams.sitting(call.param("code"));
    if (!sitting)
        return fail(sitting.error());
    if (!*sitting)
        return fail(ErrorCode::not_found, "no such sitting");
    return sittingJson(call.site, **sitting);
}

Result<Response> show(Call& call)
{
    Result<Json> json = storedSitting(call);
    if (!json)
        return fail(json.error());
    return Response::json(*json);
}

exams::Slot readSlot(const Json& json, StrictObject& parent, std::size_t at)
{
    StrictObject object(json, "slots[" + std::to_string(at) + "]");
    exams::Slot slot;
    slot.slot_no = static_cast<int>(object.integer("slot_no", 1, 40));
    slot.starts_at.ms = object.integer("starts_at_ms", 0, INT64_MAX);
    slot.ends_at.ms = object.integer("ends_at_ms", 0, INT64_MAX);
    slot.courses = object.texts("course_codes");
    static_cast<void>(object.finish());
    parent.take(object);
    return slot;
}

Result<void> logged(storage::Transaction& tx, Call& call, const char* act)
{
    return audit::append(tx, {call.actor().id, act, "sitting:" + call.param("code"), "{}", call.request.id},
                         call.now());
}

Result<Response> save(Call& call)
{
    StrictObject body(call.body, "");
    exams::Sitting sitting;
    sitting.code = call.param("code");
    sitting.name = body.text("name");
    sitting.state = body.text("state");
    if (sitting.state != "draft" && sitting.state != "published")
        body.fault("state", "field_range");
    sitting.signup_opens.ms = body.integer("signup_opens_ms", 0, INT64_MAX);
    sitting.signup_closes.ms = body.integer("signup_closes_ms", 0, INT64_MAX);
    sitting.pay_until.ms = body.integer("pay_until_ms", 0, INT64_MAX);
    const Json& slots = body.array("slots");
    if (!body.has("slots"))
        body.fault("slots", "field_missing");
    for (std::size_t i = 0; i < slots.size(); ++i)
        sitting.slots.push_back(readSlot(slots[i], body, i));
    if (Result<void> good = body.finish(); !good)
        return fail(good.error());
    Result<void> saved =
        call.site.tenant->database->transaction([&](storage::Transaction& tx) -> Result<void> {
            if (Result<void> done = call.site.exams.save(tx, sitting); !done)
                return done;
            return logged(tx, call, "sitting.save");
        });
    if (!saved)
        return fail(saved.error());
    return show(call);
}

Result<Response> import(Call& call)
{
    Result<int> rows = call.site.exams.importSlots(call.param("code"), call.raw);
    if (!rows)
        return fail(rows.error());
    Result<void> noted = call.site.tenant->database->transaction(
        [&](storage::Transaction& tx) { return logged(tx, call, "sitting.import_slots"); });
    if (!noted)
        return fail(noted.error());
    Result<Json> json = storedSitting(call);
    if (!json)
        return fail(json.error());
    return Response::json({{"rows", *rows}, {"sitting", std::move(*json)}});
}

Result<Response> courses(Call& call)
{
    Result<std::vector<catalog::PlanCourse>> all = call.site.catalog.courses();
    if (!all)
        return fail(all.error());
    Json out = Json::array();
    for (const catalog::PlanCourse& course : *all)
        out.push_back({{"code", course.code}, {"name", course.name}});
    return Response::json(out);
}

} // namespace

void addSittingRoutes(Routes& routes)
{
    constexpr Need kSetUp = Need::roles(bit(Role::province_office) | bit(Role::tenant_admin));
    constexpr BodyRule kNone = BodyRule::none();
    constexpr std::size_t kCsvBytes = 1024 * 1024;
    routes.add({Method::get, "/api/staff/sittings", Scope::tenant, kSetUp, kNone, Rate::read, Cost::light},
               list);
    routes.add(
        {Method::get, "/api/staff/sittings/{code}", Scope::tenant, kSetUp, kNone, Rate::read, Cost::light},
        show);
    routes.add({Method::put, "/api/staff/sittings/{code}", Scope::tenant, kSetUp | Need::csrf,
                BodyRule::json(256 * 1024), Rate::write, Cost::light},
               save);
    routes.add({Method::post, "/api/staff/sittings/{code}/import", Scope::tenant, kSetUp | Need::csrf,
                BodyRule::raw(kCsvBytes), Rate::write, Cost::light},
               import);
    routes.add({Method::get, "/api/staff/courses", Scope::tenant, kSetUp, kNone, Rate::read, Cost::light},
               courses);
}

} // namespace zikao::app
