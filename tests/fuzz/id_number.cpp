#include "kernel/identity/id_number.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(id_number)
{
    const auto number = identity::IdNumber::parse(input);
    if (!number) {
        demand(number.error().reason.starts_with("id_number_"), "refused without a reason");
        return;
    }
    demand(number->whole().size() == 18, "not 18 characters");
    const auto again = identity::IdNumber::parse(number->whole());
    demand(again && again->whole() == number->whole() && again->birthDate() == number->birthDate(),
           "written again it is another number");
    demand(number->masked().find(number->whole().substr(6, 8)) == std::string::npos,
           "the mask shows the birth");
}

} // namespace
