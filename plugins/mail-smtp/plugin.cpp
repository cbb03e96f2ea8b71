#include "plugins/mail-smtp/sender.hpp"

ZIKAO_PLUGIN(zikao::api::MessageSender, "mail-smtp", &zikao::mail::Sender::create)
