#pragma once

#include "kernel/worker/pool.hpp"

namespace zikao::worker {

/// The first wall inside the process: dies with its parent, no new privileges, no core, rlimits.
Result<void> limitProcess(const Confinement& confinement, int parent_pid);

/// The second: what may be opened (Landlock, where the kernel has it) and which system calls exist (seccomp,
/// default: the process is killed). With `loads` this is the wider filter for starting; `closeDoors` narrows
/// it. Sanitizer builds allow a few calls more (kSanitizer in confine.cpp); open, connect, exec and fork stay
/// forbidden.
Result<void> confine(const Confinement& confinement);

/// Called when the guest is loaded: from here on nothing is opened (answered EACCES), nothing becomes
/// executable.
Result<void> closeDoors(const Confinement& confinement);

} // namespace zikao::worker
