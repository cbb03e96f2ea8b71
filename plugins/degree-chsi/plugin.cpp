#include "plugins/degree-chsi/checker.hpp"

ZIKAO_PLUGIN(zikao::api::DegreeChecker, "degree-chsi",
             [](const zikao::api::PluginContext& context) { return zikao::chsi::Checker::create(context); })
