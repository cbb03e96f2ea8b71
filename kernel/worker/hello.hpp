#pragma once

#include <string>

#include "kernel/worker/pool.hpp"

namespace zikao::worker {

/// The first message to a worker.
struct Hello
{
    Confinement confinement;
    std::string greeting;
    int parent_pid = 0;
};

Message writeHello(const Hello& hello);
/// @errors `corrupt`
Result<Hello> readHello(const Message& message);

} // namespace zikao::worker
