"""The classes and ids by which mail clients mark what they put around a reply: data for `html`.

A mark that is missing here costs little: the words of the attribution still tell.
"""

from typing import Final

from gateway.channels.email.reply.languages import listed

# quote: this element is quoted; rest: so is all that follows; wrap: quoted where it holds no
# blockquote (answers stand between those); header, signature: what they are called.
_BY_MEANING: Final = {
    "quote": listed(
        """
        yahoo_quoted|tutanota_quote|fairemail_quote|missive_quote|front-blockquote|
        moz-forward-container|quotedreply|cutest|zmail_extra|bloop_original_html|
        mimestream_quote|original-content|includetail|isreplycontent|replysplit|
        freshdesk_quote|quoted-text|aolreplacedbody|h5|im|gmail_quote_original|
        olk_src_body_section|mail-editor-reference-message-container|__quoted_text__|
        messagereplysection|quoted-content|previousmessages|wdsignature_replied
        """
    ),
    "wrap": listed(
        """
        gmail_quote|gmail_quote_container|gmail_extra_quote|protonmail_quote|cm_quote
        """
    ),
    "rest": listed(
        """
        divrplyfwdmsg|appendonsend|zwchr|stopspelling|__divider__|ec_stopspelling|
        outlookmessageheader|reply-above-line|ms-outlook-mobile-reference-message
        """
    ),
    "header": listed(
        """
        gmail_attr|moz-cite-prefix|airmail_on|reply-intro|moz-email-headers-table
        """
    ),
    "signature": listed(
        """
        gmail_signature|gmail_signature_prefix|moz-signature|applemailsignature|
        protonmail_signature_block|tutanota_signature|fairemail_signature|k9mail-signature|
        ms-outlook-mobile-signature|ymail_android_signature|_rc_sig|composer_signature|
        messagesignaturesection|__sig_pre__|__sig_post__|signature-container|yahoo-signature|
        ydpsignature
        """
    ),
}
MARKS: Final = {name: meaning for meaning, names in _BY_MEANING.items() for name in names}

# Never shown.
DROPPED: Final = frozenset(
    listed("head|style|script|title|meta|link|template|object|svg|map|audio|video")
)
# On lines of their own; those of SPACED with an empty line around.
BLOCKS: Final = frozenset(
    listed(
        """
        p|div|blockquote|table|tr|ul|ol|li|h1|h2|h3|h4|h5|h6|hr|pre|section|article|header|footer|
        main|center|address|dl|dt|dd|form|fieldset|figure|body|html|aside|nav
        """
    )
)
SPACED: Final = frozenset(listed("p|blockquote|ul|ol|table|h1|h2|h3|h4|h5|h6|pre"))
