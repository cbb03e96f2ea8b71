#include "plugins/support/tls.hpp"

#include <sstream>

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Exception.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>

namespace zikao::support {

Result<Poco::Net::Context::Ptr> tlsClient(const std::string& ca_file, const std::string& ca_pem)
{
    using namespace Poco::Net;
    // Strict, because the relaxed mode leaves out the host name where a host is called localhost.
    Context::Ptr context = new Context(Context::TLS_CLIENT_USE, "", "", ca_file, Context::VERIFY_STRICT, 9,
                                       true, "HIGH:!aNULL:!eNULL:!MD5:!RC4");
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context->enableExtendedCertificateVerification(true);
    SSLManager::instance().initializeClient(nullptr, new RejectCertificateHandler(false), context);
    if (ca_pem.empty())
        return context;
    try {
        std::istringstream pem(ca_pem);
        context->addCertificateAuthority(Poco::Crypto::X509Certificate(pem));
    } catch (const Poco::Exception&) {
        return fail(ErrorCode::invalid_argument, "no certificate in PEM");
    }
    return context;
}

} // namespace zikao::support
