#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace zikao::test {

/// A certificate for `localhost` that vouches for itself, with its key, in two files.
class OwnCertificate
{
public:
    OwnCertificate()
        : folder_(std::filesystem::temp_directory_path() / ("zikao_tls_" + std::to_string(getpid())))
    {
        std::filesystem::create_directories(folder_);
        EVP_PKEY* key = EVP_RSA_gen(2048);
        X509* cert = X509_new();
        X509_set_version(cert, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
        X509_gmtime_adj(X509_getm_notBefore(cert), -60);
        X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
        X509_set_pubkey(cert, key);
        X509_NAME* name = X509_get_subject_name(cert);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
        X509_set_issuer_name(cert, name);
        X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
        X509_add_ext(cert, san, -1);
        X509_EXTENSION_free(san);
        X509_sign(cert, key, EVP_sha256());
        write("cert.pem", [&](BIO* out) { PEM_write_bio_X509(out, cert); });
        write("key.pem",
              [&](BIO* out) { PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr); });
        X509_free(cert);
        EVP_PKEY_free(key);
    }
    ~OwnCertificate() { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string cert() const { return folder_ / "cert.pem"; }
    [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }
    [[nodiscard]] std::string pem() const
    {
        std::ifstream file(cert());
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    template <class F>
    void write(const char* file, F&& pem)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file((folder_ / file).c_str(), "w"),
                                                            &BIO_free);
        pem(out.get());
    }
    std::filesystem::path folder_;
};

} // namespace zikao::test
