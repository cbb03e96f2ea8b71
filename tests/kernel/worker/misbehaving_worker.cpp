// A worker that does on request what a worker must not do.
#include <arpa/inet.h>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "kernel/worker/pool.hpp"

using namespace zikao;
using namespace zikao::worker;

namespace {

std::vector<std::string> hoard;

int openSocketTo(const char* address, int port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -errno;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address, &to.sin_addr);
    const int done = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);
    return done == 0 ? 0 : -errno;
}

Json forked()
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(0);
    return {{"child", child}};
}

Json limits()
{
    Json answer = Json::object();
    const std::pair<const char*, __rlimit_resource> kinds[] = {{"as", RLIMIT_AS},
                                                               {"nofile", RLIMIT_NOFILE},
                                                               {"nproc", RLIMIT_NPROC},
                                                               {"core", RLIMIT_CORE},
                                                               {"cpu", RLIMIT_CPU}};
    for (const auto& [name, kind] : kinds) {
        rlimit value{};
        ::getrlimit(kind, &value);
        answer[name] = value.rlim_cur == RLIM_INFINITY ? -1 : static_cast<std::int64_t>(value.rlim_cur);
    }
    return answer;
}

Json seen_at_start;

Result<Message> answer(const Message& request, const std::string& greeting)
{
    const std::string what = request.head.value("do", "");
    if (what == "echo")
        return Message{request.head, request.body};
    if (what == "greeting")
        return Message{Json{{"greeting", greeting}}};
    if (what == "pid")
        return Message{Json{{"pid", ::getpid()}}};
    if (what == "refuse")
        return fail(ErrorCode::conflict, "as asked", "asked_for");
    if (what == "sleep") {
        std::this_thread::sleep_for(std::chrono::milliseconds{request.head.value("ms", 0)});
        return Message{Json::object()};
    }
    if (what == "spin")
        for (volatile bool on = true; on;) {
        }
    if (what == "crash") {
        volatile int* nowhere = nullptr;
        *nowhere = 1;
    }
    if (what == "abort")
        std::abort();
    if (what == "exit")
        ::_exit(7);
    if (what == "throw")
        throw std::runtime_error("thrown on request");
    if (what == "throw_int")
        throw 42;
    if (what == "allocate") {
        std::string big(static_cast<std::size_t>(request.head.value("mib", 1)) << 20, 'x');
        return Message{Json{{"size", big.size()}}};
    }
    if (what == "leak") {
        hoard.emplace_back(std::string(std::size_t{4} << 20, 'x'));
        return Message{Json{{"pid", ::getpid()}}};
    }
    if (what == "open") {
        const int fd = ::open(request.head.value("path", "").c_str(), O_RDONLY | O_CLOEXEC);
        return Message{Json{{"opened", fd >= 0}, {"errno", fd < 0 ? errno : 0}}};
    }
    if (what == "create") {
        const int fd = ::open(request.head.value("path", "").c_str(), O_WRONLY | O_CREAT, 0600);
        return Message{Json{{"opened", fd >= 0}}};
    }
    if (what == "connect")
        return Message{Json{{"result", openSocketTo("127.0.0.1", request.head.value("port", 9))}}};
    if (what == "listen") {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        return Message{Json{{"result", ::listen(fd, 1)}}};
    }
    if (what == "fork")
        return Message{forked()};
    if (what == "exec") {
        char name[] = "/bin/true";
        char* words[] = {name, nullptr};
        ::execv(name, words);
        return Message{Json::object()};
    }
    if (what == "kill_parent") {
        ::kill(::getppid(), SIGTERM);
        return Message{Json::object()};
    }
    if (what == "executable_memory") {
        void* page =
            ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return Message{Json{{"mapped", page != MAP_FAILED}}};
    }
    if (what == "thread") {
        try {
            std::thread([] {}).join();
            return Message{Json{{"threads", true}}};
        } catch (const std::system_error&) {
            return Message{Json{{"threads", false}}};
        }
    }
    if (what == "garbage") {
        const char noise[] = "\xff\xff\xff\xff\xff\xff\xff\xff";
        [[maybe_unused]] const auto sent = ::write(kWorkerSocket, noise, 8);
        return Message{Json::object()};
    }
    if (what == "chatter") {
        const char early[] = "\2\0\0\0\0\0\0\0{}";
        [[maybe_unused]] const auto sent = ::write(kWorkerSocket, early, 10);
        return Message{Json::object()};
    }
    if (what == "answer_bytes")
        return Message{Json::object(),
                       std::string(static_cast<std::size_t>(request.head.value("count", 0)), 'b')};
    if (what == "seen_at_start")
        return Message{seen_at_start};
    return fail(ErrorCode::invalid_argument, "unknown request");
}

/// What the process inherited, looked at before any wall is up.
Json lookAround()
{
    Json open = Json::array();
    for (int fd = 0; fd < 1024; ++fd)
        if (::fcntl(fd, F_GETFD) != -1)
            open.push_back(fd);
    Json variables = Json::array();
    for (char** at = environ; *at; ++at)
        variables.push_back(std::string(*at).substr(0, std::string(*at).find('=')));
    return {{"descriptors", open}, {"environment", variables}};
}

} // namespace

int main(int argc, char** argv)
{
    seen_at_start = lookAround();
    seen_at_start["limits_unconfined"] = limits();
    const std::string mode = argc > 1 ? argv[1] : "";
    const int status = serve(kWorkerSocket, [&](const std::string& greeting) -> Result<Handler> {
        if (greeting == "refuse to start")
            return fail(ErrorCode::invalid_argument, "settings refused", "bad_settings");
        if (greeting == "die at start")
            std::abort();
        if (greeting.starts_with("only while ") && !std::ifstream(greeting.substr(11)))
            return fail(ErrorCode::not_found, "the file is gone");
        if (mode == "limits") // rlimits are readable only before the strict filter is in place
            seen_at_start["limits"] = limits();
        return Handler([greeting](const Message& request) { return answer(request, greeting); });
    });
    ::_exit(status);
}
