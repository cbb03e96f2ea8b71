#include "tests/bench/gate/server.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <cstdio>
#include <fstream>

#include "kernel/http/gate.hpp"
#include "tests/bench/measure.hpp"

namespace zikao::bench {
namespace {

const std::string kAnswer =
    R"({"id":"01j","state":"pending","revision":7,"title":"a small answer as most are"})";

class GateHandler : public http::Handler
{
public:
    http::Admission admit(const http::Request&) override { return {0, http::Cost::light, {}, true}; }
    http::Response handle(http::Request&) override
    {
        return http::Response::text(kAnswer, "application/json");
    }
};

class PocoHandler : public Poco::Net::HTTPRequestHandler
{
public:
    void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override
    {
        response.setContentType("application/json");
        response.sendBuffer(kAnswer.data(), kAnswer.size());
    }
};

class PocoFactory : public Poco::Net::HTTPRequestHandlerFactory
{
public:
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override
    {
        return new PocoHandler;
    }
};

void serveUntilInputEnds(std::uint16_t port)
{
    std::printf("%u\n", port);
    std::fflush(stdout);
    char byte = 0;
    while (::read(STDIN_FILENO, &byte, 1) > 0) {
    }
}

} // namespace

int serve(const std::string& kind)
{
    if (kind == "gate") {
        auto gate = http::Gate::start({}, std::make_shared<GateHandler>());
        if (!gate)
            return 1;
        serveUntilInputEnds((*gate)->port());
        return 0;
    }
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
    socket.listen(1024);
    // As many threads as connections: with fewer it would starve some of them, and be slower still.
    Poco::ThreadPool pool(16, 80);
    auto* params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(72);
    params->setMaxQueued(1000);
    params->setKeepAlive(true);
    params->setMaxKeepAliveRequests(0);
    Poco::Net::HTTPServer server(new PocoFactory, pool, socket, params);
    server.start();
    serveUntilInputEnds(socket.address().port());
    server.stopAll(true);
    return 0;
}

ServerProcess::ServerProcess(const std::string& kind)
{
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe");
    child_ = ::fork();
    if (child_ == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::execl("/proc/self/exe", "bench_gate", "--serve", kind.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    stdin_ = in[1];
    char line[16] = {};
    for (std::size_t at = 0; at + 1 < sizeof line && ::read(out[0], line + at, 1) == 1 && line[at] != '\n';
         ++at) {
    }
    ::close(out[0]);
    port_ = static_cast<std::uint16_t>(std::atoi(line));
    if (port_ == 0)
        throw std::runtime_error("the " + kind + " server did not start");
}

ServerProcess::~ServerProcess()
{
    ::close(stdin_);
    ::waitpid(child_, nullptr, 0);
}

std::int64_t ServerProcess::resident() const
{
    std::ifstream in("/proc/" + std::to_string(child_) + "/statm");
    std::int64_t total = 0, resident = 0;
    in >> total >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
}

double ServerProcess::processorSeconds() const
{
    return bench::processorSeconds(std::to_string(child_));
}

} // namespace zikao::bench
