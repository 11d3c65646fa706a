"""How people begin an answer to a numbered item, in the languages of those who write: data.

Folded as `gateway.core.grammar.clean` folds: capitals, no accents, no vowel signs. Behind a small
number without any mark, only these make an answer of the line; all else may be what it counts.
"""

from gateway.core.grammar.clean import fold


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(words).folded.split())


SURE = _folded("""
    ok okay oki oui ouais yes yep yeah si sí sim ja jawohl jo tak نعم اجل ايوه حسنا تمام موافق طيب
    merci thanks thank thx gracias danke dankeschön obrigado obrigada dzięki dziekuje dziękuję شكرا
    vu reçu noté compris fait fini réglé d'accord daccord entendu parfait super nickel volontiers
    seen noted done understood received agreed perfect great fine sure roger
    vale visto hecho entendido recibido claro perfecto bueno genial listo anotado
    verstanden erledigt gesehen gemacht passt klar gerne einverstanden angekommen alles prima
    combinado feito recebido entendi certo perfeito ótimo beleza visto
    dobrze zrobione gotowe rozumiem widziałem jasne zgoda super oczywiście potwierdzam
    تم مفهوم وصل رايته
    désolé dsl sorry lamento perdón desculpe leider przepraszam niestety اسف للاسف
    je j j'ai j'arrive j'y jy moi nous on c'est ca ça ce i i'm i'll i've we it it's
    yo nosotros estoy puedo voy lo no nunca
    ich wir das es kann nein nicht mir mich
    eu nós estou posso vou não nao isso
    nie mogę moge jestem będę bede to już juz ja
    لا انا نحن لن سوف ساكون يمكنني ليس
    non nan no nope pas jamais peut-être maybe vielleicht quizás talvez może ربما
    bonjour salut hello hi hola hallo olá ola cześć czesc مرحبا
    bravo félicitations congratulations
""")

MEASURES = _folded("non no nie nein nicht bon bonne bons bonnes on ce to das es lo ja alles i a e")
"""Those of `SURE` that also stand before what is counted: `2 non conformes`, `2 no shows`."""

NOUNS = tuple(
    sorted(
        _folded("""
            item point punto ponto punkt punktu pkt pkt. poz poz. pozycja pozycji nr nr. no. nro
            nro. num num. numéro numero nummer number numer n° nº № post message msg nachricht
            mensaje mensagem wiadomość beitrag sujet meldung رقم الرقم بند البند رسالة الرسالة
        """)
        | {"REPONSE", "REPONSE A", "REPONSE AU", "ANSWER", "ANSWER TO", "REPLY TO", "ANTWORT AUF"}
        | {"ANTWORT ZU", "RESPUESTA A", "RESPUESTA AL", "RESPOSTA A", "ODPOWIEDZ NA", "LE POINT"},
        key=len,
        reverse=True,
    )
)
"""What names a number as an item's."""

GREETINGS = _folded("""
    bonjour bonsoir salut coucou bjr slt hello hi hey dear hola buenas buenos hallo moin servus
    guten liebe lieber olá ola oi bom boa caro cara cześć czesc dzień dobry witam witaj
    مرحبا السلام اهلا صباح مساء
""")

LEADS_IN = _folded("""
    réponse réponses answer answers reply replies respuesta respuestas antwort antworten resposta
    respostas odpowiedź odpowiedzi odpowiadam ci-dessous below inline abajo unten abaixo poniżej
    comentarios kommentare commentaires comments الرد الردود اجابة اجاباتي ردود ادناه
""")
"""A short line with one of these, above the answers, only says that they follow."""
