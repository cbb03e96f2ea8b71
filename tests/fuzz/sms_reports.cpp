#include "plugins/sms-aliyun/reports.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(sms_reports)
{
    const auto read = aliyun::readReports(input);
    if (!read)
        return;
    demand(read->reports.size() <= 1000, "more reports than are taken at once");
    demand(!read->answer.empty(), "nothing that keeps the provider from repeating");
}

} // namespace
