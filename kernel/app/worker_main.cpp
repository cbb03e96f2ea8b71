// zikao-worker: one confined process of a pool. Started by the server and by zikaoctl, never by hand.
#include <cstdio>
#include <cstring>
#include <unistd.h>

#include "kernel/plugin/plugins.hpp"
#include "kernel/rules/sandbox/serve.hpp"
#include "kernel/worker/pool.hpp"

int main(int argc, char** argv)
{
    using namespace zikao;
    int status = 2;
    if (argc == 2 && std::strcmp(argv[1], "rules") == 0)
        status = worker::serve(worker::kWorkerSocket, rules::sandbox::serveRules());
    else if (argc == 4 && std::strcmp(argv[1], "plugin") == 0)
        status = worker::serve(worker::kWorkerSocket, plugin::serveInterface(argv[2], argv[3]));
    else
        std::fputs("zikao-worker is started by its supervisor\n", stderr);
    // No destructors of guests, no exit handlers of libraries.
    ::_exit(status);
}
