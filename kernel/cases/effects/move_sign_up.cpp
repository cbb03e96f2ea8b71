#include "kernel/cases/effects/effect.hpp"
#include "kernel/exams/exams.hpp"

namespace zikao::cases::effects {

namespace {

Apply moving(const Asking& asking, const std::string& from, const std::string& to)
{
    return [id = asking.record.id, from, to, &exams = asking.services.exams](
               storage::Transaction& tx, Moving&) { return exams.move(tx, id, from, to); };
}

} // namespace

Result<Apply> voidSignUp(const Asking& asking)
{
    auto present = asking.services.exams.ofCase(asking.record.id);
    if (!present)
        return fail(present.error());
    // Nothing was signed up, or it is void already: then there is nothing to set free.
    if (!*present || (*present)->state == "void")
        return Apply{[](storage::Transaction&, Moving&) { return ok(); }};
    return moving(asking, (*present)->state, "void");
}

/// The order came to nothing: the courses may be changed again.
Result<Apply> releaseSignUp(const Asking& asking)
{
    return moving(asking, "ordered", "submitted");
}

Result<Apply> confirmSignUp(const Asking& asking)
{
    return moving(asking, "ordered", "paid");
}

} // namespace zikao::cases::effects
