#include "plugins/payment-ccb/messages.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

std::string written(const ccb::Element& element)
{
    std::string text = '<' + element.name + '>' + ccb::xmlText(element.text);
    for (const ccb::Element& child : element.children)
        text += written(child);
    return text + "</" + element.name + '>';
}

FUZZ_TARGET(ccb_answer)
{
    if (const auto root = ccb::parseXml(input)) {
        const std::string text = written(*root);
        const auto again = ccb::parseXml(text);
        demand(again && written(*again) == text, "written again it is another element");
    }
    ccb::Settings counter;
    counter.pos_id = "054000001";
    const auto answer = ccb::readAnswer(input, counter);
    if (!answer)
        return;
    demand(!answer->code.empty() && (answer->good() || answer->found.empty()), "rows of a refusal");
    for (const ccb::Found& row : answer->found)
        demand(!row.order_no.empty(), "a row without number");
}

} // namespace
