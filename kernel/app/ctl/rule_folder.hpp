#pragma once

#include <string>

#include "kernel/app/ctl/context.hpp"
#include "kernel/rules/registry.hpp"

namespace zikao::ctl {

/// The rule package in a folder with the common rules: those of the configuration, or without --config the folder
/// `common` beside it (a package without one stands alone).
/// @errors those of Source::read
Result<rules::Source> readRuleFolder(Context& context, const std::string& dir);

/// "cases/sign_up.lua:12: actions.submit.guard: no such rule", one line each.
void printFaults(const std::vector<rules::Fault>& faults);
/// What went wrong in each failed example. @return how many failed
int printFailures(const std::vector<rules::ExampleOutcome>& examples);

/// Writes an act on the tenant's rules into its audit chain, in the same transaction (C35).
std::function<Result<void>(storage::Transaction&, const rules::Package&)> auditRules(tenant::Tenant& tenant,
                                                                                     std::string act);

/// Checks, rehearses and publishes a folder for a tenant, whose code lists the definitions may name; prints why not.
/// @return kDone, or kRefused when faults or failed examples keep it back
Result<int> publishRuleFolder(Context& context, tenant::Tenant& tenant, const std::string& dir);

} // namespace zikao::ctl
