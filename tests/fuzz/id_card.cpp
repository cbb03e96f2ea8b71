#include "plugins/idcard-ocr/fields.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(id_card)
{
    idcard::Text text;
    for (const char byte : input)
        text.append(std::string_view(&byte, 1), static_cast<float>(static_cast<unsigned char>(byte) % 101));
    const idcard::Fields fields = idcard::readFields(text);
    demand(fields.id_number.text.empty() || fields.id_number.text.size() == 18, "not a number");
    demand(fields.birth_date.text.empty() || fields.birth_date.text.size() == 10, "not a date");
    demand(fields.sex.text.empty() || fields.sex.text == "男" || fields.sex.text == "女", "not a sex");
    for (const idcard::Field* field : {&fields.name, &fields.sex, &fields.ethnicity, &fields.birth_date,
                                       &fields.id_number, &fields.address}) {
        demand(field->text.size() <= 2 * input.size(), "more was read than stands there");
        demand(field->confidence >= 0 && field->confidence < 100.5F, "a confidence that is none");
    }
}

} // namespace
