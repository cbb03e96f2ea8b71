#pragma once

#include <random>
#include <string>

namespace zikao::test {

/// Texts that were right once: some bytes changed, taken out, put in or said twice. The same seed makes the same ones, so
/// that a parser that falls over one falls over it again.
class Mutants
{
public:
    explicit Mutants(std::string origin, unsigned seed = 20260411) : origin_(std::move(origin)), random_(seed)
    {}

    std::string next()
    {
        static constexpr std::string_view kTelling = "{}[]\",:\\\n\r=&;%+\0\x7f\xff\xc3"
                                                     "09azAZ";
        std::string text = origin_;
        for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
            const std::size_t at = below(text.size() + 1);
            const char other =
                below(2) == 0 ? kTelling[below(kTelling.size())] : static_cast<char>(below(256));
            switch (below(5)) {
            case 0: text.insert(at, 1, other); break;
            case 1: text.erase(at, 1 + below(8)); break;
            case 2: text.insert(at, text.substr(below(text.size() + 1), 1 + below(64))); break;
            case 3: text.resize(at); break;
            default:
                if (at < text.size())
                    text[at] = other;
            }
        }
        return text;
    }

private:
    std::size_t below(std::size_t end) { return random_() % end; }

    const std::string origin_;
    std::mt19937 random_;
};

} // namespace zikao::test
