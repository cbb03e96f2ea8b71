#pragma once

/// Whether a protection is in force: `if (CONTROL("csrf") && !fits(token)) …`. The constant `true`, except in a build with the
/// seams of the tests, where ZIKAO_CONTROL_OFF=csrf lets this one down and the test that guards it must fail
/// (threats.md, section 6). Each name stands in the table of tests/architecture/controls_test.cpp.
#ifdef ZIKAO_TESTS
#include <cstdlib>
#include <string_view>

namespace zikao::api {

inline bool controlStands(std::string_view name)
{
    const char* off = std::getenv("ZIKAO_CONTROL_OFF");
    return off == nullptr || name != off;
}

} // namespace zikao::api

#define CONTROL(name) ::zikao::api::controlStands(name)
#else
#define CONTROL(name) true
#endif
