#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <string_view>
#include <vector>

/// What feeds a parser with any bytes. One file for each parser:
///
///     FUZZ_TARGET(json)
///     {
///         const auto value = parseJson(input);
///         demand(!value || parseJson(dumpJson(*value)) == *value, "what was read is not what was written");
///     }
///
/// With ZIKAO_FUZZ it is a libFuzzer program of its own, otherwise one of the targets of `test_fuzz`. Either begins with
/// the inputs in tests/fuzz/corpus/<name>.
namespace zikao::fuzz {

/// A parser broke a promise that is more than not to fall over.
struct Broken : std::logic_error
{
    using std::logic_error::logic_error;
};

inline void demand(bool kept, const char* otherwise)
{
    if (!kept)
        throw Broken(otherwise);
}

struct Target
{
    const char* name;
    void (*run)(std::string_view input);
};

/// How a test that fails names it.
inline void PrintTo(const Target& target, std::ostream* out)
{
    *out << target.name;
}

/// The targets linked into this program.
inline std::vector<Target>& targets()
{
    static std::vector<Target> all;
    return all;
}

struct Enlisted
{
    explicit Enlisted(Target target) { targets().push_back(target); }
};

} // namespace zikao::fuzz

#ifdef ZIKAO_FUZZ
#define FUZZ_TARGET(target)                                                                                  \
    static void target(std::string_view input);                                                              \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);                      \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)                       \
    {                                                                                                        \
        target({reinterpret_cast<const char*>(bytes), size});                                                \
        return 0;                                                                                            \
    }                                                                                                        \
    static void target(std::string_view input)
#else
#define FUZZ_TARGET(target)                                                                                  \
    static void target(std::string_view input);                                                              \
    static const zikao::fuzz::Enlisted target##_enlisted{zikao::fuzz::Target{#target, &target}};             \
    static void target(std::string_view input)
#endif
