#include "kernel/identity/names.hpp"

#include <array>
#include <utility>

namespace zikao::identity {

std::string plainName(std::string_view name)
{
    // U+2022, U+30FB, U+2027, U+FF0E, U+00B7 and the blanks, ideographic one included.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWritten = {
        {{"•", "·"}, {"・", "·"}, {"‧", "·"}, {"．", "·"}, {"·", "·"}, {" ", ""}, {"\t", ""}, {"　", ""}}};
    std::string plain;
    while (!name.empty()) {
        std::size_t taken = 1;
        std::string_view put = name.substr(0, 1);
        for (const auto& [written, meant] : kWritten)
            if (name.starts_with(written)) {
                taken = written.size();
                put = meant;
                break;
            }
        plain += put;
        name.remove_prefix(taken);
    }
    return plain;
}

} // namespace zikao::identity
