// A process that does one act of billing, to be killed by a fail point from outside.
//   billing_crash_child ACT sqlite|mysql LOCATION DIR KEYS NOW_MS NUMBER
// ACT: codes (of order NUMBER) · notice (of attempt NUMBER) · tick · approve (refund NUMBER)

#include <cstring>

#include "tests/kernel/billing/crash_scene.hpp"

int main(int count, char** arguments)
{
    using namespace zikao;
    if (count != 8)
        return 2;
    const std::string act = arguments[1], number = arguments[7];
    const auto engine =
        std::strcmp(arguments[2], "sqlite") == 0 ? storage::Engine::sqlite : storage::Engine::mysql;
    auto database = test::TestDatabase::openAt(engine, arguments[3]);
    if (!database)
        return 3;
    billing::CrashScene scene(*std::move(database), arguments[4], arguments[5], {std::stoll(arguments[6])});
    if (act == "codes")
        return scene.billing->newCodes(number, "codes-of-" + number) ? 0 : 4;
    if (act == "notice")
        return scene.billing->notice("alpha", billing::DiskProvider::noticeOf(number))->status == 200 ? 0 : 4;
    if (act == "tick")
        return scene.billing->tick() ? 0 : 4;
    if (act == "approve")
        return scene.billing->approveRefund(number, "chief") ? 0 : 4;
    return 2;
}
